"""What a fragment is: one idiom of a generated program, with the kinds of what it reads and defines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["ints", "words", "pairs", "text", "int_lists", "number", "mapping", "string"]


@dataclass(frozen=True, slots=True)
class Fragment:
    """One idiom: what it reads, what it defines, and its text."""

    name: str
    needs: tuple[Kind, ...]
    gives: Kind
    text: str
    imports: tuple[str, ...] = ()
