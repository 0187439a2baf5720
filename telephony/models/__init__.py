"""The nouns of this app, a family a file."""

from .calls import Call
from .extensions import Extension, WebphoneState

__all__ = ["Call", "Extension", "WebphoneState"]
