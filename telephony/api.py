"""The doors of this app under /api/v1/."""

from django.urls import URLPattern, path

from telephony.filters import CallFilter
from telephony.selectors import calls_seen
from telephony.serializers import CallSerializer
from workspace.api import listing, single

api_urlpatterns: list[URLPattern] = [
    path("calls/", listing(calls_seen, CallSerializer, CallFilter), name="calls"),
    path("calls/<id:pk>/", single(calls_seen, CallSerializer), name="call"),
]
