"""What stands in addresses."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class Id(IntConverter):
    """The number of a row. One that no database could hold is no address at all."""

    regex = "[0-9]{1,18}"


def register() -> None:
    """Offer it as ``<id:…>``."""
    register_converter(Id, "id")
