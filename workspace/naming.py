"""How a person is named wherever another must know who he is: never by the name alone (R8)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from workspace.models import User


def named(user: User) -> dict[str, Any]:
    """``{"id", "name", "extension"}``; ``extension`` is null for whoever has none."""
    extension = getattr(user, "extension", None)
    return {
        "id": user.pk,
        "name": user.full_name,
        "extension": str(extension) if extension else None,
    }


def named_id(user_id: int) -> dict[str, Any]:
    """The same, by id. One query."""
    return named(User.objects.select_related("extension").get(pk=user_id))


def full(user: User) -> str:
    """The name with the extension beside it, for sentences."""
    person = named(user)
    if not person["extension"]:
        return str(person["name"])
    return _("field.named").format(**params(person))


def params(person: Mapping[str, Any]) -> dict[str, str]:
    """What a sentence that names the person is filled with."""
    return {"name": person["name"], "ext": person["extension"] or "—"}
