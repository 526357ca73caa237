"""Pages for residents, without an account and with one. They are forms: never cached, with cookies of their own."""

from django.urls import path

from . import resident_views, views

app_name = "people"
urlpatterns = [
    path("formular/meine-daten/", views.ask, name="ask"),
    path("formular/meine-daten/unterwegs/", views.sent, name="sent"),
    path("formular/meine-daten/ansicht/", views.held, name="held"),
    path("formular/meine-daten/ansicht/datei/", views.download, name="download"),
    path("formular/meine-daten/ansicht/loeschen/", views.delete, name="delete"),
    path("formular/meine-daten/ansicht/verlassen/", views.leave, name="leave"),
    path("formular/meine-daten/link/<str:secret>/", views.open_link, name="open"),
    path("formular/konto/", resident_views.account, name="account"),
    path("formular/konto/code/", resident_views.code, name="account_code"),
    path("formular/konto/angaben/", resident_views.change, name="account_change"),
    path("formular/konto/abmelden/", resident_views.leave, name="account_leave"),
    path("formular/konto/loeschen/", resident_views.delete, name="account_delete"),
]
