"""Kinds of filters that every list takes, strict in what they read."""

from django import forms
from django_filters import Filter, TypedChoiceFilter

MAX_ID = 2**63 - 1


class IdFilter(Filter):  # type: ignore[misc]
    """A thing by its id. One that does not exist, or not for the reader, finds nothing."""

    field_class = forms.IntegerField

    def __init__(self, field_name: str, **options: object) -> None:
        super().__init__(field_name, min_value=1, max_value=MAX_ID, **options)


class FlagFilter(TypedChoiceFilter):  # type: ignore[misc]
    """``true`` or ``false``, in exactly these words."""

    def __init__(self, field_name: str | None = None, **options: object) -> None:
        words = (("true", "true"), ("false", "false"))
        super().__init__(field_name, choices=words, coerce=lambda word: word == "true", **options)
