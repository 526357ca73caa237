from django.urls import path

from . import views

app_name = "cases"
urlpatterns = [
    path("formular/vorgang/<str:number>/<str:secret>/", views.follow, name="follow"),
]
