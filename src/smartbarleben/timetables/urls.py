"""Addresses of the timetable pages."""

app_name = "timetables"
urlpatterns: list = []
