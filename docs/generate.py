"""Writes the generated pages: rules, strategies, settings, commands. A test fails when they are stale."""

from __future__ import annotations

import argparse
import importlib
import re
from pathlib import Path

from velox_engine import settings
from velox_engine.cli.main import COMMANDS
from velox_engine.rules import pages as rule_pages
from velox_engine.strategies import pages as strategy_pages

DOCS = Path(__file__).parent


def pages() -> dict[Path, str]:
    """Return every generated page: path → text."""
    found = {DOCS / "settings.md": settings_page(), DOCS / "commands.md": commands_page()}
    found.update({DOCS / "rules" / name: text for name, text in rule_pages.pages().items()})
    found.update({DOCS / "strategies" / name: text for name, text in strategy_pages.pages().items()})
    return found


def settings_page() -> str:
    """Return the table of settings."""
    lines = [
        "# Settings",
        "",
        "In `pyproject.toml` under `[tool.velox]`, in editors with the prefix `velox.` (camel case is read too).",
        "",
        "| setting | default | what it does |",
        "|---|---|---|",
    ]
    lines += [f"| `{key}` | `{default}` | {doc} |" for key, default, doc in settings.documented()]
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Return each command's help."""
    lines = ["# Commands", ""]
    for name in COMMANDS:
        parser = argparse.ArgumentParser(prog="velox")
        subparsers = parser.add_subparsers()
        importlib.import_module(f"velox_engine.cli.{name}").add_parser(subparsers)
        lines += [f"## velox {name}", "", "```text", _help(subparsers.choices[name]), "```", ""]
    return "\n".join(lines)


def _help(parser: argparse.ArgumentParser) -> str:
    # A fixed width: the page must not depend on the terminal it was made in.
    parser.formatter_class = lambda prog: argparse.HelpFormatter(prog, width=100)
    return re.sub(r"[ \t]+\n", "\n", parser.format_help()).strip()


def main() -> None:
    """Write what changed and remove pages that no longer exist."""
    wanted = pages()
    for folder in ("rules", "strategies"):
        for path in (DOCS / folder).glob("*.md"):
            if path not in wanted:
                path.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
