"""Writes the pages of the rules from their docstrings: `python -m velox_engine.rules.pages docs/rules`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from velox_engine.rules.base import Rule
from velox_engine.rules.measured import effect
from velox_engine.rules.registry import RULES

HEADINGS = ("What it does", "Why it is slow", "Example", "Use instead", "When it is unsafe")
_CHOICE = """\
A comment silences a line (`# noqa: VX101`, `# velox: ignore[VX101]`, several ids or names too; bare, all rules) or, on
a line of its own, a file (`# velox: off`, `# velox: ignore-file`). In `pyproject.toml`:

```toml
[tool.velox]
select = ["VX1", "VX201"]       # instead of the defaults; ids, prefixes or names
extend-select = ["VX108"]       # besides, such as rules that are off by default
ignore = ["VX301"]
per-file-ignores = ["legacy/**: VX101"]
severity = ["VX3: hint", "VX101: warning"]
scan-tests = true               # tests too, which run once on little data
scan-doubtful = true            # as hints also what pays only among many, where nothing says that there are many
```

Many rules pay only where there are many elements. They speak where the text gives a reason to believe that: what a
file, a folder or a query gives, a number of 64 or more, a `range` over such, an attribute that begins empty and is
filled, names that hardly ever stand for a few (`rows`, `tokens`), or the parameters of a function that computes with
builtins alone, as algorithms do. No reason are what a method is given, what may be left out (`list[str] | None`),
objects whose fields are read (`tag["Key"]`), and names of handfuls (`options`, `usedTracks`); code that runs once or
for somebody who looks on (`main`, `show_…`, `examples/`) and coroutines are left alone. Where what is to be used
instead is shorter anyway, such as `min` for `sorted(…)[0]`, the finding stays, as a hint. Such a finding is a warning
in a function that only computes and tells how much it walks (`for token in tokens`, `while queue`, a recursion), or
where each turn costs much (a query, a row of a data frame), and an info elsewhere.
`--doubtful` shows the others too."""
_FENCE = re.compile(r"```python\n(.*?)```", re.DOTALL)


def summary(rule: Rule) -> str:
    """The first sentence of a rule's documentation."""
    return rule.doc.strip().partition("\n")[0]


def sections(rule: Rule) -> dict[str, str]:
    """The text under each heading of a rule's documentation."""
    parts = re.split(r"^## (.+)$", rule.doc, flags=re.MULTILINE)
    return {title.strip(): text.strip() for title, text in zip(parts[1::2], parts[2::2], strict=True)}


def code(rule: Rule, heading: str) -> str:
    """The Python code under a heading."""
    found = _FENCE.search(sections(rule)[heading])
    if found is None:
        raise ValueError(f"{rule.id} has no code under {heading!r}")
    return found[1]


def page(rule: Rule) -> str:
    """One rule's page."""
    facts = [f"**Cost** {rule.cost}", f"**Severity** {rule.severity}"]
    if rule.strategy:
        facts.append(f"**Rewritten by** `{rule.strategy}`")
    if rule.many:
        facts.append("**Doubtful**, so silent, where nothing says that there are many")
    if not rule.enabled:
        facts.append("**Off by default**: select it to use it")
    parts = [f"# {rule.id} {rule.name}", summary(rule), " · ".join(facts)]
    parts += [f"## {title}\n\n{text}" for title, text in sections(rule).items()]
    if rule.by_hand:
        parts.append(f"## Why no built-in rewrite\n\n{rule.by_hand}")
    measured = effect(rule.id)
    if measured:
        parts.append(f"## Measured effect\n\n{measured}")
    parts.append(f"Silence it on a line with `# velox: ignore[{rule.id}]` or `# noqa: {rule.id}`.")
    return "\n\n".join(parts) + "\n"


def index() -> str:
    """The list of all rules."""
    rows = [
        f"| [{rule.id}]({rule.id}.md) | `{rule.name}` | {rule.cost} | {summary(rule)}"
        f"{'' if rule.enabled else ' *(off by default)*'} |"
        for rule in RULES
    ]
    head = [
        "# Rules",
        "",
        f"Velox has {len(RULES)} rules. Each page says when the rewrite is unsafe.",
        "",
        _CHOICE,
        "",
    ]
    return "\n".join([*head, "| id | name | cost | finds |", "|---|---|---|---|", *rows]) + "\n"


def pages() -> dict[str, str]:
    """All pages by file name."""
    return {"index.md": index(), **{f"{rule.id}.md": page(rule) for rule in RULES}}


def write_pages(folder: Path) -> None:
    """Write all pages, and remove those of rules that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for name, text in wanted.items():
        folder.joinpath(name).write_text(text, encoding="utf-8")
    for old in folder.glob("*.md"):
        if old.name not in wanted:
            old.unlink()


if __name__ == "__main__":
    write_pages(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/rules"))
