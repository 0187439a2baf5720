"""Build the page's one sprite from the pinned icon package: ``python scripts/build_icons.py``.

``static/icons.tsv`` says which icon of the package stands for which meaning of ours; the result,
``static/build/icons.svg``, is written into every full page, so that ``<use href="#i-…">`` works
without another request and follows the colour of its text.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules" / "bootstrap-icons" / "icons"
LIST = ROOT / "static" / "icons.tsv"
SPRITE = ROOT / "static" / "build" / "icons.svg"


def symbol(alias: str, name: str) -> str:
    """One ``<symbol>`` holding the drawing of the package's icon ``name``."""
    drawing = re.fullmatch(
        r"<svg[^>]*>(.*)</svg>\s*", (SOURCE / f"{name}.svg").read_text(encoding="utf-8"), re.DOTALL
    )
    if drawing is None:
        sys.exit(f"{name}.svg is not a plain icon")
    return f'<symbol id="i-{alias}" viewBox="0 0 16 16">{drawing[1].strip()}</symbol>'


def main() -> None:
    """Write the sprite; a missing icon or package stops with its name."""
    rows = [line.split("\t") for line in LIST.read_text(encoding="utf-8").splitlines() if line]
    missing = [name for _, name in rows if not (SOURCE / f"{name}.svg").exists()]
    if missing:
        sys.exit(f"Not in {SOURCE.relative_to(ROOT)}: {', '.join(missing)}. Run npm ci first.")
    body = "".join(symbol(alias, name) for alias, name in rows)
    SPRITE.parent.mkdir(parents=True, exist_ok=True)
    SPRITE.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="sprite" aria-hidden="true">{body}</svg>',
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
