"""The doors of this app under /api/v1/."""

from django.urls import URLPattern

from workspace.api import conversations, reading, tickets, webchat
from workspace.api.doors import Door, Listing, listing, single

__all__ = ["Door", "Listing", "api_urlpatterns", "listing", "single"]

api_urlpatterns: list[URLPattern] = [
    *reading.urlpatterns,
    *conversations.urlpatterns,
    *tickets.urlpatterns,
    *webchat.urlpatterns,
]
