"""The doors of this app under /api/v1/."""

from django.urls import URLPattern

from monitoring.api import floor, supervision

api_urlpatterns: list[URLPattern] = [*floor.urlpatterns, *supervision.urlpatterns]
