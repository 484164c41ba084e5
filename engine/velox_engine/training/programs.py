"""Generates realistic functions that hold inefficiencies: real code that runs, the same for the same seed.

A program is one module with one function to optimise, sometimes a method. It strings together fragments (see
`fragments` and `surroundings`): slow idioms of one dialect, work that is fine as it is, and look-alikes whose
obvious rewrite is wrong. The dialect is the program's origin: a policy is judged on dialects that it was not
trained on.
"""

from __future__ import annotations

import random
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from velox_engine.training.fragment import Fragment, Kind
from velox_engine.training.fragments import CONDITIONS, DIALECTS, EXPRESSIONS
from velox_engine.training.surroundings import PLAIN, RECURSIONS, TEMPTING


@dataclass(frozen=True, slots=True)
class GeneratedProgram:
    """A module's text, the function to optimise in it, and what it was made of."""

    name: str  # a module name, different for each seed and index
    origin: str  # "generated/<dialect>"
    source: str
    function: str  # qualified name
    fragments: tuple[str, ...]
    # What the parameters hold, and the expression that makes `self`; None where inputs must be searched for.
    parameters: Mapping[str, Kind] | None = None
    receiver: str = ""


@dataclass(frozen=True, slots=True)
class _Domain:
    """What the variables of a trade are called."""

    verbs: tuple[str, ...]
    subject: str
    names: Mapping[Kind, tuple[str, ...]]
    items: tuple[str, ...]


_DOMAINS: Final[tuple[_Domain, ...]] = (
    _Domain(
        ("summarise", "settle", "review"),
        "orders",
        {
            "ints": ("amounts", "quantities", "discounts"),
            "words": ("customers", "skus", "order_ids"),
            "pairs": ("line_items", "refunds"),
            "text": ("remark",),
            "int_lists": ("baskets",),
        },
        ("order", "item", "entry"),
    ),
    _Domain(
        ("digest", "audit", "filter"),
        "log",
        {
            "ints": ("status_codes", "durations", "sizes"),
            "words": ("hosts", "paths", "agents"),
            "pairs": ("hits", "timings"),
            "text": ("header",),
            "int_lists": ("windows",),
        },
        ("record", "line", "hit"),
    ),
    _Domain(
        ("calibrate", "collect", "reduce"),
        "readings",
        {
            "ints": ("samples", "levels", "thresholds"),
            "words": ("stations", "sensors", "labels"),
            "pairs": ("measurements", "drifts"),
            "text": ("unit",),
            "int_lists": ("series",),
        },
        ("reading", "sample", "probe"),
    ),
    _Domain(
        ("grade", "rank", "enrol"),
        "students",
        {
            "ints": ("marks", "credits", "absences"),
            "words": ("names", "courses", "teachers"),
            "pairs": ("results", "enrolments"),
            "text": ("motto",),
            "int_lists": ("classes",),
        },
        ("student", "row", "pupil"),
    ),
    _Domain(
        ("index", "merge", "tokenise"),
        "documents",
        {
            "ints": ("offsets", "lengths", "pages"),
            "words": ("tokens", "stopwords", "titles"),
            "pairs": ("mentions", "citations"),
            "text": ("body",),
            "int_lists": ("chapters",),
        },
        ("token", "word", "part"),
    ),
)
_HINTS: Final[Mapping[Kind, str]] = {
    "ints": "list[int]",
    "words": "list[str]",
    "pairs": "list[tuple[str, int]]",
    "text": "str",
    "int_lists": "list[list[int]]",
}
_RESULTS: Final = ("kept", "found", "picked", "output", "collected", "matched", "chosen", "gathered", "built")
_TEMPORARIES: Final = ("pending", "current", "state", "buffer", "work", "lookup", "base")
FIRST_DIALECTS: Final = (0, 1, 2)
_WORDS: Final = ("ab", "id", "x", "no", "tmp", "ok", "e")


def generate(
    count: int, seed: int = 0, dialects: Sequence[int] = FIRST_DIALECTS
) -> Iterator[GeneratedProgram]:
    """Yield `count` programs in the dialects in turn; program i depends on `seed`, i and its dialect alone."""
    for index in range(count):
        dialect = dialects[index % len(dialects)]
        yield _compose(random.Random(f"velox-{seed}-{index}"), f"program_{seed}_{index}", dialect)


@dataclass(slots=True)
class _Body:
    """A function's body while it grows."""

    rng: random.Random
    domain: _Domain
    parameters: dict[str, Kind] = field(default_factory=dict)
    variables: dict[Kind, list[str]] = field(default_factory=dict)
    results: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    fragments: list[str] = field(default_factory=list)
    sharing: float = 0.75  # how often a fragment reads what is there instead of a parameter of its own

    def fresh(self, stems: tuple[str, ...]) -> str:
        stem = self.rng.choice(stems)
        name, number = stem, 2
        while name in self.taken:
            name, number = f"{stem}_{number}", number + 1
        self.taken.add(name)
        return name

    def input(self, kind: Kind, avoid: str = "") -> str:
        """A variable of that kind: mostly one that is there, else a new parameter."""
        known = [name for name in self.variables.get(kind, []) if name != avoid]
        if known and self.rng.random() < self.sharing:
            return self.rng.choice(known)
        name = self.fresh(self.domain.names[kind])
        self.parameters[name] = kind
        self.variables.setdefault(kind, []).append(name)
        return name

    def add(self, fragment: Fragment) -> None:
        """Append a fragment, sometimes once for each of several batches."""
        rng = self.rng
        batch = fragment.needs[0] == "ints" and rng.random() < 0.1
        a = self.fresh(("batch", "group", "chunk")) if batch else self.input(fragment.needs[0])
        b = "".join(self.input(kind, avoid=a) for kind in fragment.needs[1:])
        x, y = self.fresh(self.domain.items), self.fresh((*self.domain.items, "value"))
        names = {
            "a": a,
            "b": b,
            "r": self.fresh(_RESULTS),
            "x": x,
            "y": y,
            "t": self.fresh(_TEMPORARIES),
            "i": self.fresh(("i", "position", "index")),
            "k": str(rng.randint(3, 9)),
            "m": str(rng.randint(2, 5)),
            "w": rng.choice(_WORDS),
        }
        item: Kind = "words" if fragment.needs[0] == "words" else "ints"
        names["p"] = rng.choice(CONDITIONS[item]).format_map(names)
        names["e"] = rng.choice(EXPRESSIONS[item]).format_map(names)
        text = fragment.text.format_map(names)
        self.imports.update(fragment.imports)
        self.fragments.append(fragment.name)
        if batch:
            self._per_batch(a, text, names["r"])
            return
        self.lines += text.splitlines()
        self.results.append(names["r"])
        # A result may feed the next fragment, as in code that works in stages.
        if fragment.gives in ("ints", "words"):
            self.variables.setdefault(fragment.gives, []).append(names["r"])

    def _per_batch(self, batch: str, text: str, result: str) -> None:
        """The fragment once for each list of a list of lists: one loop deeper."""
        everything = self.fresh(("per_batch", "totals", "rows"))
        self.lines += [f"{everything} = []", f"for {batch} in {self.input('int_lists')}:"]
        self.lines += textwrap.indent(f"{text}\n{everything}.append({result})", "    ").splitlines()
        self.results.append(everything)


def _compose(rng: random.Random, name: str, dialect: int) -> GeneratedProgram:
    if rng.random() < 0.03:
        return _recursive(rng, name, dialect)
    body = _Body(rng, rng.choice(_DOMAINS))
    slow = rng.choices(range(9), weights=(4, 8, 12, 15, 17, 16, 13, 9, 6))[0]
    # One list that several idioms work on, as in real code: what is fixed first decides what is worth fixing next.
    body.sharing = 0.75 if slow < 3 else 0.92
    chosen = rng.sample(DIALECTS[dialect], slow)
    chosen += [rng.choice(PLAIN) for _ in range(rng.choices((0, 1, 2), weights=(35, 40, 25))[0])]
    if rng.random() < 0.2 or not chosen:
        chosen.append(rng.choice(TEMPTING))
    rng.shuffle(chosen)
    for fragment in chosen:
        body.add(fragment)
    function = f"{rng.choice(body.domain.verbs)}_{body.domain.subject}"
    return _module(rng, name, dialect, body, function)


def _module(rng: random.Random, name: str, dialect: int, body: _Body, function: str) -> GeneratedProgram:
    hinted = rng.random() < 0.6
    parameters = ", ".join(
        f"{parameter}: {_HINTS[kind]}" if hinted else parameter for parameter, kind in body.parameters.items()
    )
    lines = list(body.lines)
    if rng.random() < 0.25:
        checked = next(iter(body.parameters))
        lines = [f"if {checked} is None:", f'    raise ValueError("{checked} is missing")', *lines]
    if rng.random() < 0.5:
        lines = [f'"""{function.replace("_", " ").capitalize()}."""', *lines]
    lines.append(f"return {_returned(rng, body.results)}")
    method = rng.random() < 0.15
    head = f"def {function}({'self, ' if method else ''}{parameters}):"
    text = head + "\n" + textwrap.indent("\n".join(lines), "    ") + "\n"
    holder = body.domain.subject.capitalize() + "Report"
    if method:
        text = f"class {holder}:\n" + textwrap.indent(text, "    ")
        function = f"{holder}.{function}"
    imports = "".join(f"import {module}\n" for module in sorted(body.imports))
    return GeneratedProgram(
        name,
        f"generated/{dialect}",
        (imports + "\n\n" if imports else "") + text,
        function,
        tuple(body.fragments),
        dict(body.parameters),
        f"{holder}()" if method else "",
    )


def _returned(rng: random.Random, results: list[str]) -> str:
    if len(results) == 1:
        return results[0]
    if rng.random() < 0.3:
        return "{" + ", ".join(f'"{name}": {name}' for name in results) + "}"
    return ", ".join(results)


def _recursive(rng: random.Random, name: str, dialect: int) -> GeneratedProgram:
    recursion = rng.choice(RECURSIONS[dialect])
    function = rng.choice(("count", "ways", "solve", "compute")) + "_" + recursion.name.replace("-", "_")
    fields = {"f": function, "k": str(rng.randint(1, 4)), "m": str(rng.randint(2, 5))}
    fields |= {f"p{place}": parameter for place, parameter in enumerate(recursion.parameters)}
    source = recursion.text.format_map(fields) + "\n"
    return GeneratedProgram(name, f"generated/{dialect}", source, function, (recursion.name,))
