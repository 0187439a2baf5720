"""Template tags of the shell: ``{% shell as shell %}`` and ``{% sprite %}``."""

from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.template.context import RequestContext
from django.utils.safestring import SafeString, mark_safe

from workspace.models import User
from workspace.shell import Shell, shell_of

register = template.Library()


@register.simple_tag(takes_context=True)
def shell(context: RequestContext) -> Shell | None:
    """What surrounds the page for the person who asks; None before he signs in."""
    user = context["request"].user
    return shell_of(user) if isinstance(user, User) else None


@register.simple_tag
@lru_cache(maxsize=1)
def sprite() -> SafeString:
    """The icons, from the file that scripts/build_icons.py makes of the pinned package."""
    made = Path(settings.BASE_DIR) / "static" / "build" / "icons.svg"
    return mark_safe(made.read_text(encoding="utf-8"))  # noqa: S308 - our own build, no data
