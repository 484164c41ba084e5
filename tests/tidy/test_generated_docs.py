"""The checked-in pages are what the code generates now."""

from __future__ import annotations

import importlib.util
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_generated_pages_are_up_to_date() -> None:
    """`make docs` would change nothing."""
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    wanted = generate.pages()
    stale = [
        path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    left_over = [
        path
        for folder in ("rules", "strategies")
        for path in (DOCS / folder).glob("*.md")
        if path not in wanted
    ]
    assert not [str(path.relative_to(DOCS)) for path in stale + left_over], "run `make docs`"
