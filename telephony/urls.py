"""Addresses of this app: only doors."""

from telephony.api import api_urlpatterns as api_urlpatterns
