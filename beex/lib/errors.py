"""Why a request was refused: one exception, one table of reason codes.

A code is the ``code`` of a problem answer and the ``data-deny`` of a button. Its sentence is the
text ``deny.<code>`` in the reader's language.
"""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext

#: reason code → HTTP status of the answer that carries it
REASONS: Mapping[str, HTTPStatus] = MappingProxyType(
    {
        "already_on_call": HTTPStatus.CONFLICT,
        "already_yours": HTTPStatus.CONFLICT,
        "already_monitored": HTTPStatus.CONFLICT,
        "barge_not_allowed": HTTPStatus.FORBIDDEN,
        "call_ended": HTTPStatus.CONFLICT,
        "call_not_talking": HTTPStatus.CONFLICT,
        "chat_closed": HTTPStatus.CONFLICT,
        "conflict": HTTPStatus.CONFLICT,
        "csrf_failed": HTTPStatus.FORBIDDEN,
        "epoch_changed": HTTPStatus.GONE,
        "extension_taken": HTTPStatus.CONFLICT,
        "file_empty": HTTPStatus.UNPROCESSABLE_ENTITY,
        "file_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "file_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "in_strategy": HTTPStatus.CONFLICT,
        "invalid": HTTPStatus.UNPROCESSABLE_ENTITY,
        "malformed": HTTPStatus.BAD_REQUEST,
        "method_not_allowed": HTTPStatus.METHOD_NOT_ALLOWED,
        "not_acceptable": HTTPStatus.NOT_ACCEPTABLE,
        "not_authenticated": HTTPStatus.UNAUTHORIZED,
        "not_found": HTTPStatus.NOT_FOUND,
        "not_in_campaign": HTTPStatus.FORBIDDEN,
        "on_call": HTTPStatus.CONFLICT,
        "rate_limited": HTTPStatus.TOO_MANY_REQUESTS,
        "role": HTTPStatus.FORBIDDEN,
        "self": HTTPStatus.CONFLICT,
        "taken": HTTPStatus.CONFLICT,
        "ticket_active": HTTPStatus.CONFLICT,
        "tickets_open": HTTPStatus.CONFLICT,
        "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "unknown_filter": HTTPStatus.BAD_REQUEST,
        "unsupported_media_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "user_offline": HTTPStatus.CONFLICT,
        "webphone_required": HTTPStatus.CONFLICT,
        "window_closed": HTTPStatus.CONFLICT,
        "workspace_required": HTTPStatus.FORBIDDEN,
    }
)


def sentence(code: str, **params: Any) -> str:
    """The reason in the reader's language; ``params`` fill its placeholders."""
    return gettext(f"deny.{code}").format_map(_Blank(params))


class _Blank(dict[str, Any]):
    """A placeholder nobody filled shows as a dash, never as an error."""

    def __missing__(self, key: str) -> str:
        return "—"


class Refused(Exception):
    """A service or a reader says no. ``code`` is one of ``REASONS``; ``params`` fill its
    sentence; ``extra`` travels beside it in the problem answer (``owner`` for ``taken``)."""

    def __init__(self, code: str, *, extra: Mapping[str, Any] | None = None, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = REASONS[code]
        self.params = params
        self.extra = dict(extra or {})

    @property
    def sentence(self) -> str:
        return sentence(self.code, **self.params)
