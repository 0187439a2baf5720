"""The channels: one adapter each, behind one contract (``contract.py``)."""

from workspace.choices import Channel

from .contract import Adapter
from .loopback import Loopback
from .webchat import WebChat

_loopback = Loopback()
_ADAPTERS: dict[str, Adapter] = {
    Channel.WEBCHAT: WebChat(),
    Channel.WHATSAPP: _loopback,
    Channel.MESSENGER: _loopback,
    Channel.INSTAGRAM: _loopback,
    Channel.SMS: _loopback,
    Channel.EMAIL: _loopback,
}


def adapter(channel: str) -> Adapter | None:
    """Who speaks this channel, None for one that carries no text."""
    return _ADAPTERS.get(channel)
