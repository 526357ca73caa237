"""Pages for residents without an account. They are forms: never cached, with a cookie of their own."""

from django.urls import path

from . import views

app_name = "people"
urlpatterns = [
    path("formular/meine-daten/", views.ask, name="ask"),
    path("formular/meine-daten/unterwegs/", views.sent, name="sent"),
    path("formular/meine-daten/ansicht/", views.held, name="held"),
    path("formular/meine-daten/ansicht/datei/", views.download, name="download"),
    path("formular/meine-daten/ansicht/loeschen/", views.delete, name="delete"),
    path("formular/meine-daten/ansicht/verlassen/", views.leave, name="leave"),
    path("formular/meine-daten/link/<str:secret>/", views.open_link, name="open"),
]
