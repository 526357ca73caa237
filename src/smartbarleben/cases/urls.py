"""Addresses of what residents hand in. Path words are German in every language, because they are printed."""

from django.urls import path

from . import follow_views, views

app_name = "cases"
urlpatterns = [
    path("antworten/", views.answers, name="answers"),
    path("formular/", views.start, name="start"),
    path("formular/vorgang/", follow_views.find, name="find"),
    path("formular/vorgang/<str:number>/<str:secret>/", follow_views.follow, name="follow"),
    path("formular/vorgang/<str:number>/<str:secret>/danke/", follow_views.receipt, name="receipt"),
    path("formular/vorgang/<str:number>/<str:secret>/zettel.pdf", follow_views.slip_pdf, name="slip_pdf"),
    path("formular/vorgang/<str:number>/<str:secret>/datei/<int:pk>/<str:name>", follow_views.file, name="file"),
    path("formular/<slug:form_word>/", views.form, name="form"),
]
