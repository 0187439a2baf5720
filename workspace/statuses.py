"""The seven statuses the product ships, in the order of its menus (R14)."""

from typing import Any

from workspace.models import Status

#: code, icon, color, receives mass work, seconds after which it is long (None: never)
SHIPPED = (
    ("available", "check-circle-fill", "green", True, None),
    ("lunch", "cup-hot-fill", "amber", False, 60 * 60),
    ("dinner", "moon-stars-fill", "violet", False, 60 * 60),
    ("busy", "dash-circle-fill", "red", False, None),
    ("in_services", "person-standing", "cyan", False, 15 * 60),
    ("training", "mortarboard-fill", "blue", False, None),
    ("unavailable", "x-circle", "gray", False, None),
)


def ensure_statuses(**_: Any) -> None:
    """Make the shipped statuses that are missing. Run after every migrate; what an
    administrator changed stays."""
    for position, (code, icon, color, receives_work, long_after) in enumerate(SHIPPED, start=1):
        Status.objects.get_or_create(
            code=code,
            defaults={
                "position": position,
                "icon": icon,
                "color": color,
                "receives_work": receives_work,
                "long_after": long_after,
            },
        )
