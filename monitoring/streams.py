"""What this app offers on the live socket."""


def register() -> None:
    """Offer the streams to the socket."""
