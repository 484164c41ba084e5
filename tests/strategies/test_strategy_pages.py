"""The generated pages under docs/strategies are up to date."""

from __future__ import annotations

from pathlib import Path

from velox_engine.strategies.pages import pages

FOLDER = Path(__file__).parents[2] / "docs" / "strategies"


def test_pages_are_fresh() -> None:
    """The folder holds exactly what the docstrings say; run `python -m velox_engine.strategies.pages` otherwise."""
    on_disk = {page.name: page.read_text(encoding="utf-8") for page in FOLDER.glob("*.md")}
    assert on_disk == pages()
