"""The nouns of this app, a family a file."""

from .floor import FloorDirty, FloorPolicy, FloorRow, FloorStream
from .supervision import SupervisionSession

__all__ = ["FloorDirty", "FloorPolicy", "FloorRow", "FloorStream", "SupervisionSession"]
