"""Reads canonical bytes for people and for comparison within a tolerance, without trusting them."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, field
from typing import Any

from velox_engine.verify.sandbox import child

MOST_VALUES = (
    2_000_000  # read of one payload, besides packed ones; a value takes the parent up to some 200 bytes
)
_WIDE = 400  # characters of a readable outcome


@dataclass(frozen=True, slots=True)
class Observation:
    """What a payload says. Values are plain data where they were, and Shown for anything else."""

    kind: str  # "returned" or "raised"
    value: Any  # the result; for "raised" a pair (type, text)
    args: tuple[Any, ...]
    kwargs: Any
    extras: dict[str, Any]  # what _EXTRAS names, and only what happened


@dataclass(slots=True, eq=False)
class Shown:
    """A value that is not plain data, as a name and its parts; also dicts and sets, which are never hashed here."""

    name: str
    parts: list[Any] = field(default_factory=list)


class Reader(child.Builder):
    """Builds inert values: no hashing, no code of the program."""

    def mapping(self) -> Any:
        return Shown("dict")

    def fill_mapping(self, target: Any, keys: list[Any], values: list[Any]) -> None:
        target.parts.extend(zip(keys, values, strict=True))

    def collection(self) -> Any:
        return Shown("set")

    def fill_collection(self, target: Any, items: list[Any]) -> None:
        target.parts.extend(items)

    def frozen(self, items: list[Any]) -> Any:
        return Shown("frozenset", list(items))

    def named(self, name: str, count: int) -> Any:
        return Shown(name)

    def fill_named(self, target: Any, parts: list[Any]) -> None:
        target.parts.extend(parts)

    def drained(self, name: str, steps: list[bytes], ended: bytes) -> Any:
        return Shown(name, [_Steps(steps, ended)])


@dataclass(frozen=True, slots=True)
class _Steps:
    """The steps of a consumed iterator, each with bytes of its own, read only when needed."""

    steps: list[bytes]
    ended: bytes


def decode(payload: bytes) -> Observation:
    """The structure behind a payload; child.BadBytes when it is not one."""
    args, kwargs, outcome, extras = child.decode(payload, 4, Reader(), MOST_VALUES)
    if not (
        isinstance(args, tuple)
        and isinstance(kwargs, Shown)
        and isinstance(outcome, tuple)
        and isinstance(extras, Shown)
        and (
            (len(outcome) == 2 and outcome[0] == "returned") or (len(outcome) == 3 and outcome[0] == "raised")
        )
    ):
        raise child.BadBytes("not an observation")
    value = outcome[1] if outcome[0] == "returned" else outcome[1:]
    known = {
        pair[0]: pair[1] for pair in extras.parts if isinstance(pair, tuple) and isinstance(pair[0], str)
    }
    for name in ("globals", "exception", "interrupted"):  # each value with bytes of its own
        group = known.get(name)
        if isinstance(group, Shown):
            group.parts = [_opened(pair) for pair in group.parts if isinstance(pair, tuple)]
        elif isinstance(group, list):
            known[name] = [_opened(pair) for pair in group if isinstance(pair, tuple)]
    return Observation(outcome[0], value, args, kwargs, known)


def _opened(pair: tuple[Any, ...]) -> tuple[Any, ...]:
    """(name, value) for a (name, bytes of the value)."""
    return tuple(_inner(part) if isinstance(part, bytes) and part else part for part in pair)


def read_load_answer(body: bytes) -> tuple[str, tuple[str, ...]]:
    """(why the program did not load, its globals); child.BadBytes for anything else.

    The program has run by then, so these bytes are no more trustworthy than a result.
    """
    answer = child.decode(body, 1, Reader(), MOST_VALUES)[0]
    if not (isinstance(answer, tuple) and len(answer) == 2):
        raise child.BadBytes("not an answer to loading")
    reason, names = answer
    if not (isinstance(reason, str) and isinstance(names, list) and all(isinstance(n, str) for n in names)):
        raise child.BadBytes("not an answer to loading")
    return printable(reason, 2000), tuple(names)


def describe(payload: bytes) -> str:
    """A bounded line: `returned [1, 2]`, `raised ValueError: x`, and what was printed, warned or changed besides."""
    try:
        seen = decode(payload)
    except child.BadBytes as error:
        return f"unreadable result ({printable(str(error), 80)})"
    parts = [_headline(seen)]
    for name, words in _EXTRAS:
        if seen.extras.get(name) and name not in _TOLD_APART:
            parts.append(f"{words} {show(seen.extras[name], 100)}")
    return "; ".join(parts)


_EXTRAS = (
    ("stdout", "printed"),
    ("stderr", "wrote to stderr"),
    ("warnings", "warned"),
    ("globals", "changed globals"),
    ("random", "used"),
    ("environ", "changed the environment to"),
    ("files", "left files"),
    ("process", "changed the process's"),
    ("recursion limit", "left the recursion limit at"),
    ("exception", "the exception carries"),
    ("apart", "left objects that were in the arguments as"),
    ("kept", "the module keeps objects that callers hold, by number:"),
    ("interrupted", "closed, thrown into or sent to after a step:"),
)

_TOLD_APART = ("exception", "apart", "kept", "interrupted")  # said only where two runs differ in it


def _headline(seen: Observation) -> str:
    if seen.kind == "returned":
        return f"returned {show(seen.value, _WIDE)}"
    name, text = seen.value
    shown = printable(text if isinstance(text, str) else "?", _WIDE)
    return f"raised {printable(str(name), 120)}: {shown}" if shown else f"raised {printable(str(name), 120)}"


def describe_difference(old: bytes, new: bytes) -> tuple[str, str]:
    """Both payloads in words, saying only what differs between them: the result, an argument, something printed."""
    try:
        first, second = decode(old), decode(new)
    except child.BadBytes:
        return describe(old), describe(new)
    if _text(first.kind, first.value) != _text(second.kind, second.value):
        return _headline(first), _headline(second)
    for place, (mine, theirs) in enumerate(zip(first.args, second.args, strict=False), 1):
        if _text(mine) != _text(theirs):
            return tuple(f"left argument {place} as {show(value, _WIDE)}" for value in (mine, theirs))  # type: ignore[return-value]
    for name, words in _EXTRAS:
        mine, theirs = first.extras.get(name), second.extras.get(name)
        if _text(mine) != _text(theirs):
            return tuple(
                f"{words} {show(value, _WIDE)}" if value else f"{words} nothing" for value in (mine, theirs)
            )  # type: ignore[return-value]
    if first.value is not second.value and old != new:
        return f"{_headline(first)}, other aliasing", f"{_headline(second)}, other aliasing"
    return _headline(first), _headline(second)


def _text(*values: Any) -> str:
    return "\n".join(show(value, 20_000) for value in values)


def printable(text: str, limit: int) -> str:
    """Text without control characters, which a terminal would obey, cut to a length."""
    cut = text if len(text) <= limit else text[: max(0, limit - 1)] + "…"
    return "".join(
        letter
        if letter.isprintable()
        else {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(letter, f"\\x{ord(letter):02x}")
        for letter in cut
    )


def show(value: Any, limit: int = _WIDE) -> str:
    """A value as an expression, cut to a length; deep and cyclic values end in an ellipsis."""
    pieces: list[str] = []
    room = limit
    stack: list[Any] = [(value, 0)]
    open_: set[int] = set()
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            text = item
        elif isinstance(item, _Leave):
            open_.discard(item.identity)
            continue
        else:
            inner, depth = item
            parts = _parts(inner)
            if parts is None:
                text = _atom(inner, room)
            elif id(inner) in open_ or depth > 40:
                text = "…"
            else:
                head, elements, tail = parts
                text = head
                open_.add(id(inner))
                later: list[Any] = []
                for number, element in enumerate(elements[: room // 2 + 2]):
                    if number:
                        later.append(", ")
                    later.extend(
                        (piece, depth + 1) if not isinstance(piece, _Label) else piece.text
                        for piece in element
                    )
                later += [tail, _Leave(id(inner))]
                stack.extend(reversed(later))
        pieces.append(text)
        room -= len(text)
        if room < 0:
            return "".join(pieces)[: limit - 1] + "…"
    return "".join(pieces)


@dataclass(frozen=True, slots=True)
class _Leave:
    identity: int


@dataclass(frozen=True, slots=True)
class _Label:
    text: str


def _parts(value: Any) -> tuple[str, list[tuple[Any, ...]], str] | None:
    """Opening text, elements (each some pieces) and closing text of a container."""
    if isinstance(value, list):
        return "[", [(item,) for item in value], "]"
    if isinstance(value, tuple):
        return "(", [(item,) for item in value], ",)" if len(value) == 1 else ")"
    if not isinstance(value, Shown):
        return None
    if value.name == "dict":
        return "{", [(pair[0], _Label(": "), pair[1]) for pair in value.parts], "}"
    if value.name == "set" and value.parts:
        return "{", [(item,) for item in value.parts], "}"
    if value.parts and isinstance(value.parts[0], _Steps):
        return f"{printable(value.name, 80)}(", _shown_steps(value.parts[0]), ")"
    if value.name.startswith("numpy.") and (numbers := _array_values(value)) is not None:
        return f"{printable(value.name, 80)}(", [(numbers,), (_Label(str(value.parts[0])[1:]),)], ")"
    name = printable(value.name.lstrip("@?~").replace(":~", ":"), 120)
    return f"{name}(", [(item,) for item in value.parts], ")"


_ARRAY_CODES = {"<i8": "q", "<i4": "i", "<u8": "Q", "|u1": "B", "<f8": "d", "<f4": "f"}


def _array_values(value: Shown) -> Any:
    """The first numbers of a numpy array or scalar; None where they cannot be read."""
    if len(value.parts) < 3 or not isinstance(value.parts[2], bytes) or value.parts[0] not in _ARRAY_CODES:
        return None
    numbers = array(_ARRAY_CODES[value.parts[0]])
    raw = value.parts[2][: 400 * numbers.itemsize]
    numbers.frombytes(raw[: len(raw) - len(raw) % numbers.itemsize])
    return numbers[0] if value.parts[1] == () and numbers else numbers.tolist()


def _shown_steps(taken: _Steps) -> list[tuple[Any, ...]]:
    shown: list[tuple[Any, ...]] = [(_inner(step),) for step in taken.steps[:200]]
    if taken.ended.startswith(b"!"):
        shown.append((_Label("then raises "), _inner(taken.ended[1:])))
    elif taken.ended.startswith(b"+"):
        shown.append((_Label("…"),))
    return shown


def _inner(raw: bytes) -> Any:
    try:
        return child.decode(raw, 1, Reader(), MOST_VALUES)[0]
    except child.BadBytes:
        return Shown("unreadable")


def _atom(value: Any, room: int) -> str:
    if isinstance(value, str | bytes | bytearray) and len(value) > room + 10:
        value = value[: room + 10]
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 4000:
        return f"<integer of {value.bit_length()} bits>"
    return printable(repr(value), max(room, 0) + 20)


def payloads_equal(a: bytes, b: bytes, float_tolerance: float = 0.0) -> bool:
    """Whether two payloads say the same; with a relative tolerance, floats may differ by that much."""
    if a == b:
        return True
    if not float_tolerance:
        return False
    try:
        first = child.decode(a, 4, Reader(), MOST_VALUES)
        second = child.decode(b, 4, Reader(), MOST_VALUES)
    except child.BadBytes:
        return False
    return _close(first, second, float_tolerance)


def _close(first: Any, second: Any, tolerance: float) -> bool:
    stack = [(first, second)]
    seen: dict[int, int] = {}  # the same aliasing on both sides, and an end to cycles
    while stack:
        x, y = stack.pop()
        if type(x) is not type(y):
            return False
        if isinstance(x, float):
            if not _close_floats(x, y, tolerance):
                return False
        elif isinstance(x, complex):
            if not (_close_floats(x.real, y.real, tolerance) and _close_floats(x.imag, y.imag, tolerance)):
                return False
        elif isinstance(x, list | Shown | bytearray):
            if id(x) in seen:
                if seen[id(x)] != id(y):
                    return False
                continue
            seen[id(x)] = id(y)
            if isinstance(x, Shown):
                if x.name != y.name or len(x.parts) != len(y.parts):
                    return False
                if x.name.startswith("numpy.") and _close_arrays(x, y, tolerance):
                    continue
                stack.extend(zip(x.parts, y.parts, strict=True))
            elif isinstance(x, bytearray):
                if x != y:
                    return False
            elif len(x) != len(y):
                return False
            else:
                stack.extend(zip(x, y, strict=True))
        elif isinstance(x, tuple):
            if len(x) != len(y):
                return False
            stack.extend(zip(x, y, strict=True))
        elif isinstance(x, _Steps):
            if len(x.steps) != len(y.steps) or x.ended[:1] != y.ended[:1]:
                return False
            stack.extend(
                (_inner(mine), _inner(theirs)) for mine, theirs in zip(x.steps, y.steps, strict=True)
            )
            if len(x.ended) > 1:
                stack.append((_inner(x.ended[1:]), _inner(y.ended[1:])))
        elif x != y:
            return False
    return True


def _close_floats(x: float, y: float, tolerance: float) -> bool:
    if math.isnan(x) or math.isnan(y):
        return math.isnan(x) and math.isnan(y)
    if x == y:
        return math.copysign(1.0, x) == math.copysign(1.0, y) or tolerance > 0
    return math.isclose(x, y, rel_tol=tolerance)


def _close_arrays(x: Shown, y: Shown, tolerance: float) -> bool:
    """Whether two float64 arrays or scalars are close; False also for what is not one."""
    if len(x.parts) < 3 or x.parts[:2] != y.parts[:2] or x.parts[3:] != y.parts[3:] or x.parts[0] != "<f8":
        return False
    mine, theirs = array("d"), array("d")
    try:
        mine.frombytes(x.parts[2])
        theirs.frombytes(y.parts[2])
    except (TypeError, ValueError):
        return False
    return len(mine) == len(theirs) and all(
        _close_floats(a, b, tolerance) for a, b in zip(mine, theirs, strict=True)
    )
