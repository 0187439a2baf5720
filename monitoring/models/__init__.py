"""The nouns of this app, a family a file."""

from .floor import FloorDirty, FloorPolicy, FloorRow, FloorStream

__all__ = ["FloorDirty", "FloorPolicy", "FloorRow", "FloorStream"]
