"""Reads the corpus: realistic functions with the inputs they are judged on, and what is to be expected of them.

A file under tests/corpus/CLASS/ has two halves, parted by the line `MARK`. The upper half is a module as a person
writes it and is all that Velox gets to see. The lower half knows ENTRY (the function's qualified name), EXPECT, WHY (one
sentence), gen(n) → an argument tuple of size n, EDGES (more argument tuples), BENCH (the size that is timed) and, for a
trap, TEMPTING (a module that looks like the faster way and is wrong).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
MARK = "# ---- Velox does not see what follows ----"
EXPECTATIONS = ("improve", "maybe", "no-improvement", "trap")


@dataclass(frozen=True, slots=True)
class CorpusFunction:
    """One function of the corpus."""

    id: str
    group: str
    code: str
    setup: str
    entry: str
    expect: str
    why: str
    bench: int
    tempting: str


def load_corpus(folder: Path = FOLDER) -> list[CorpusFunction]:
    """Read every function, ordered by class and name; ValueError names a file that is not in two halves."""
    return [read_function(path) for path in sorted(folder.glob("*/*.py"))]


def read_function(path: Path) -> CorpusFunction:
    """Read one file."""
    text = path.read_text(encoding="utf-8")
    code, mark, setup = text.partition(MARK + "\n")
    if not mark:
        raise ValueError(f"{path} lacks the line {MARK!r}")
    scope: dict[str, Any] = {"__name__": "corpus"}
    exec(compile(code, str(path), "exec", dont_inherit=True), scope)
    exec(compile(setup, str(path), "exec", dont_inherit=True), scope)
    return CorpusFunction(
        id=f"{path.parent.name}/{path.stem}",
        group=path.parent.name,
        code=code.rstrip() + "\n",
        setup=setup,
        entry=scope["ENTRY"],
        expect=scope["EXPECT"],
        why=scope["WHY"],
        bench=scope["BENCH"],
        tempting=scope.get("TEMPTING", ""),
    )
