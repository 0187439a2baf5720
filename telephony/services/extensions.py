"""Extensions and what the PBX says of their webphones."""

import re
from datetime import datetime

from django.db import IntegrityError, transaction

from beex.lib import clock
from beex.lib.errors import Refused
from beex.lib.events import emit
from telephony.choices import WebphoneStatus
from telephony.events import ExtensionChanged, WebphoneChanged
from telephony.models import Extension, WebphoneState
from workspace.events import PlatformLeft, UserDeactivated
from workspace.models import User


@transaction.atomic
def extension_set(user_id: int, number: str | None) -> Extension | None:
    """Give the user this extension, or none. Idempotent.

    Raises ``Refused("invalid")`` unless it has 3 to 6 digits, ``extension_taken`` (with the
    holder's name) when somebody else has it: of two at once, the constraint lets one win (R6).
    """
    if not number:
        Extension.objects.filter(user_id=user_id).delete()
        emit(ExtensionChanged(touched=(user_id,)))
        return None
    if not re.fullmatch(r"[0-9]{3,6}", number):
        raise Refused("invalid")
    try:
        with transaction.atomic():
            extension, _ = Extension.objects.update_or_create(
                user_id=user_id, defaults={"number": number}
            )
    except IntegrityError as error:
        holder = User.objects.filter(extension__number=number).first()
        raise Refused(
            "extension_taken", ext=number, name=holder.full_name if holder else "—"
        ) from error
    WebphoneState.objects.get_or_create(extension=extension, defaults={"since": clock.now()})
    emit(ExtensionChanged(touched=(user_id,)))
    return extension


@transaction.atomic
def webphone_change(user_id: int, state: str, *, at: datetime | None = None) -> bool:
    """The PBX says that the user's webphone is in ``state``. The same again changes nothing;
    returns whether it was news. A user without an extension has no webphone (R23)."""
    webphone = (
        WebphoneState.objects.select_for_update(no_key=True, of=("self",))
        .filter(extension__user_id=user_id)
        .exclude(state=state)
        .first()
    )
    if webphone is None:
        return False
    webphone.state = WebphoneStatus(state)
    webphone.since = clock.after(webphone.since, at)
    webphone.eternal = False
    webphone.save(update_fields=["state", "since", "eternal"])
    emit(WebphoneChanged(touched=(user_id,), state=state))
    return True


def on_user_deactivated(event: UserDeactivated) -> None:
    """A closed account frees its extension (D5)."""
    for user_id in event.touched:
        extension_set(user_id, None)


def on_platform_left(event: PlatformLeft) -> None:
    """A webphone lives in a tab of the platform: without one it is not connected (R21)."""
    webphone_change(event.user_id, WebphoneStatus.DISCONNECTED, at=event.at)
