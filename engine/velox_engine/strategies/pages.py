"""Writes docs/strategies from the docstrings: `python -m velox_engine.strategies.pages [FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path

from velox_engine.actions import ACTIONS
from velox_engine.strategies.base import BuiltinStrategy
from velox_engine.strategies.examples import read_documentation
from velox_engine.strategies.registry import STRATEGIES


def pages() -> dict[str, str]:
    """File name → text of every page, the index included."""
    result = {f"{strategy.id}.md": _page(strategy) for strategy in STRATEGIES}
    result["README.md"] = _index()
    return result


def _page(strategy: BuiltinStrategy) -> str:
    documentation = read_documentation(strategy.doc)
    fixes = ", ".join(f"`{rule}`" for rule in strategy.fixes) or "none; found from the code's structure"
    return (
        f"# {strategy.id}\n\n{documentation.summary}\n\n"
        f"Action: `{strategy.action}` · fixes the rules: {fixes}\n\n"
        f"## What it does\n\n{documentation.what_it_does}\n\n"
        f"## Before\n\n```python\n{documentation.before}```\n\n"
        f"## After\n\n```python\n{documentation.after}```\n\n"
        f"## When it is unsafe\n\n{documentation.when_unsafe}\n"
    )


def _index() -> str:
    lines = [
        "# Built-in strategies",
        "",
        "Generated from the strategies' docstrings; each example here is also a test. A strategy only proposes:",
        "what is offered was tested and measured.",
        "",
    ]
    for action in ACTIONS:
        of_action = [strategy for strategy in STRATEGIES if strategy.action == action]
        if of_action:
            lines += [f"## {action}", ""]
            lines += [
                f"- [{one.id}]({one.id}.md): {read_documentation(one.doc).summary}" for one in of_action
            ]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def write_pages(folder: Path) -> None:
    """Write all pages, and remove those of strategies that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for stale in folder.glob("*.md"):
        if stale.name not in wanted:
            stale.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/strategies"))
