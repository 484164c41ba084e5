"""Reads the sections of a strategy's docstring: what the documentation shows is what the tests run."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Documentation:
    """A strategy's docstring, taken apart."""

    summary: str
    what_it_does: str
    before: str
    after: str
    inputs: tuple[str, ...]
    """Argument tuples as Python text, on which both versions must do the same."""
    when_unsafe: str


_SECTIONS = ("What it does:", "Example:", "Result:", "Inputs:", "When it is unsafe:")


def read_documentation(doc: str) -> Documentation:
    """The sections, which must all be there and in order."""
    parts = re.split("|".join(f"(?:^{re.escape(section)})" for section in _SECTIONS), doc, flags=re.MULTILINE)
    order = re.findall("|".join(f"^{re.escape(section)}" for section in _SECTIONS), doc, flags=re.MULTILINE)
    if tuple(order) != _SECTIONS:
        raise ValueError(f"the docstring must have {', '.join(_SECTIONS)} in this order, not {order}")
    summary, what, before, after, inputs, unsafe = parts
    return Documentation(
        summary=" ".join(summary.split()),
        what_it_does=" ".join(what.split()),
        before=_code(before),
        after=_code(after),
        inputs=tuple(line.strip() for line in inputs.strip().splitlines()),
        when_unsafe=" ".join(unsafe.split()),
    )


def _code(text: str) -> str:
    return textwrap.dedent(text.strip("\n")).rstrip() + "\n"
