"""The gallery of all components; the roof mounts it where editors and developers find it."""

from django.urls import path

from .gallery import gallery

app_name = "ui"
urlpatterns = [path("", gallery, name="gallery")]
