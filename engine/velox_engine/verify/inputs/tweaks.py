"""Relations between arguments and within one: an index below a length, equal lengths, sorted data, aliases,
closed graphs.

A *required* tweak belongs to the evident domain (the signature `f(n, items)` whose loop runs over range(n)
and subscripts
items): inputs that break it are wide. An *optional* one only makes interesting or valid inputs likelier; the
search learns how
often each pays.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from velox_engine.verify.inputs.priors import names_a_length
from velox_engine.verify.inputs.shapes import Shape, options_of
from velox_engine.verify.inputs.traces import Trace

MOST = 14  # optional relations tried for one function
Redraw = Callable[[int, int], Any]  # (parameter, size) → a new value of that size


@dataclass(frozen=True, slots=True)
class Tweak:
    """One relation, between parameters `first` and `second` (-1 when it concerns one only)."""

    kind: str
    first: int
    second: int = -1


def suggest(
    names: Sequence[str],
    shapes: Sequence[Shape],
    traces: Sequence[Trace],
    prose: str,
    examples: Sequence[tuple[Any, ...]],
) -> tuple[tuple[Tweak, ...], tuple[Tweak, ...]]:
    """The relations (required, optional) that these parameters may stand in."""
    kinds = [_main_kind(shape) for shape in shapes]
    required: list[Tweak] = []
    optional: list[Tweak] = []
    sequences = [
        i for i, kind in enumerate(kinds) if kind in ("list", "tuple", "sequence", "str", "iterable", "deque")
    ]
    for i, kind in enumerate(kinds):
        if kind in ("int", "float"):
            for j in sequences:
                tweak = Tweak("length", i, j)
                coupled = kind == "int" and _length_coupled(names[i], traces[i], traces[j])
                if coupled and all(_consistent(tweak, example) for example in examples):
                    required.append(tweak)
                    continue
                if kind == "int":
                    optional += [Tweak("index", i, j), tweak]
                if _element_kind(shapes[j]) == kind:
                    optional.append(Tweak("member", i, j))
            optional += [Tweak("ordered", i, j) for j in range(i + 1, len(kinds)) if kinds[j] == kind]
            optional += [Tweak("equal", i, j) for j in range(i + 1, len(kinds)) if kinds[j] == kind]
        elif kind == "str":
            optional += [Tweak("similar", i, j) for j in range(i + 1, len(kinds)) if kinds[j] == "str"]
            optional += [Tweak("substring", j, i) for j in range(len(kinds)) if j != i and kinds[j] == "str"]
            optional += [
                Tweak("member", i, j)
                for j in sequences
                if kinds[j] != "str" and _element_kind(shapes[j]) == "str"
            ]
        elif kind == "dict":
            optional += _dict_tweaks(i, shapes, kinds)
        if i in sequences:
            optional += [Tweak("same", i, j) for j in sequences if j > i and kinds[i] == kinds[j] != "str"]
            optional += [Tweak("equal", i, j) for j in sequences if j > i and kinds[i] == kinds[j]]
            optional += [Tweak("equal_length", i, j) for j in sequences if j != i]
            optional += [Tweak("overlap", i, j) for j in sequences if j > i and kinds[i] == kinds[j] != "str"]
            if kind != "str":
                (required if _documented_sorted(names[i], traces[i], prose) else optional).append(
                    Tweak("sorted", i)
                )
                optional += _single_tweaks(i, shapes[i])
    return tuple(dict.fromkeys(required)), tuple(dict.fromkeys(optional))[:MOST]


def apply(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    """Change the arguments so that the relation holds; left alone where it cannot."""
    if max(tweak.first, tweak.second) >= len(args):
        return
    try:
        _APPLY[tweak.kind](tweak, args, redraw, rng)
    except (TypeError, ValueError, IndexError, AttributeError):
        return


def _main_kind(shape: Shape) -> str:
    return next((option.kind for option in options_of(shape) if option.kind != "none"), "none")


def _element_kind(shape: Shape) -> str:
    main = next((option for option in options_of(shape) if option.kind != "none"), shape)
    return main.items[0].kind if main.items else "str" if main.kind == "str" else ""


def _length_coupled(name: str, number: Trace, sequence: Trace) -> bool:
    """Whether the code reads the integer as the length of the sequence; a name alone shows nothing."""
    subscripted = any(number is bound for index in sequence.indexes for bound in index.bounds)
    return subscripted and (names_a_length(name) or (number.ranged and not sequence.element))


def _consistent(tweak: Tweak, example: tuple[Any, ...]) -> bool:
    try:
        return example[tweak.first] == len(example[tweak.second])
    except (IndexError, TypeError):
        return True


def _documented_sorted(name: str, trace: Trace, prose: str) -> bool:
    if trace.bisected or "sorted" in name.lower():
        return True
    return bool(
        re.search(
            r"(?:given|takes?|in|an?|the) (?:already )?(?:sorted|ordered|ascending) (?:list|array|sequence|collection)",
            prose,
            re.I,
        )
    )


def _single_tweaks(i: int, shape: Shape) -> list[Tweak]:
    inner = _element_kind(shape)
    found = [Tweak("nonempty", i)]
    if inner == "int":
        found += [Tweak("permutation", i), Tweak("indices", i), Tweak("positive", i), Tweak("bits", i)]
    elif inner == "float":
        found.append(Tweak("positive", i))
    elif inner in ("list", "tuple"):
        found += [Tweak("square", i), Tweak("rectangle", i)]
    return found


def _dict_tweaks(i: int, shapes: Sequence[Shape], kinds: Sequence[str]) -> list[Tweak]:
    dict_shape = next(option for option in options_of(shapes[i]) if option.kind == "dict")
    found: list[Tweak] = []
    if len(dict_shape.items) == 2 and dict_shape.items[1].kind in ("list", "set", "tuple"):
        found += [Tweak("graph", i), Tweak("forest", i)]
    if len(dict_shape.items) == 2 and any(
        option.kind in ("any", "anything", "hashable", "dict") for option in options_of(dict_shape.items[1])
    ):
        found += [Tweak("path", i, j) for j, kind in enumerate(kinds) if kind == "str"]
    found += [
        Tweak("key", j, i) for j, kind in enumerate(kinds) if j != i and kind == dict_shape.items[0].kind
    ]
    return found


def _remade(old: Any, items: Iterable[Any]) -> Any:
    """A sequence of the same type with other items; TypeError for anything else, such as a recipe."""
    if not isinstance(old, list | tuple):
        raise TypeError(type(old).__name__)
    return type(old)(items)


# --- what each relation does ----------------------------------------------------------------------------------------


def _length(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    args[tweak.first] = len(args[tweak.second])


def _index(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    size = len(args[tweak.second])
    args[tweak.first] = rng.choice((0, size - 1, rng.randrange(max(size, 1)), min(size, 1)))


def _member(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    args[tweak.first] = rng.choice(list(args[tweak.second]))


def _substring(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    text = args[tweak.second]
    start = rng.randint(0, len(text))
    args[tweak.first] = text[start : start + rng.randint(1, 4)]


def _equal(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    value = args[tweak.first]
    args[tweak.second] = list(value) if isinstance(value, list) else value


def _similar(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    args[tweak.second] = _alike(args[tweak.first], rng)


def _alike(text: str, rng: Random) -> str:
    """Another text that careless comparisons take for the same."""
    at = rng.randrange(len(text)) if text else 0
    match rng.randrange(12):
        case 0:
            return text.upper()
        case 1:
            return text.lower()
        case 2:
            return text.casefold()
        case 3:
            return text.swapcase()
        case 4:
            return text[::-1]
        case 5:
            return "".join(rng.sample(text, len(text)))
        case 6:
            return rng.choice((f" {text}", f"{text} ", text.strip(), text + text))
        case 7:  # as many characters, another one instead of one of them
            return text[:at] + rng.choice(text or "a") + text[at + 1 :]
        case 8:  # as many characters and the same sum of codes
            other = rng.randrange(len(text)) if text else 0
            if at == other or not text or ord(text[other]) <= 1:
                return text
            codes = [ord(char) for char in text]
            codes[at], codes[other] = codes[at] + 1, codes[other] - 1
            return "".join(map(chr, codes))
        case 9:
            return text[at:] + text[:at]
        case 10:
            return text[:at] + text[at + 1 :]
        case _:
            return text[:at] + text[at : at + 1] + text[at:]


def _same(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    args[tweak.second] = args[tweak.first]


def _equal_length(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    args[tweak.second] = redraw(tweak.second, len(args[tweak.first]))


def _overlap(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    first, second = list(args[tweak.first]), list(args[tweak.second])
    mixed = second[: len(second) // 2 + 1] + [item for item in first if rng.random() < 0.5]
    rng.shuffle(mixed)
    args[tweak.second] = _remade(args[tweak.second], mixed)


def _ordered(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    args[tweak.first], args[tweak.second] = sorted((args[tweak.first], args[tweak.second]))


def _sorted(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    args[tweak.first] = _remade(args[tweak.first], sorted(args[tweak.first]))


def _nonempty(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    if not args[tweak.first]:
        args[tweak.first] = redraw(tweak.first, rng.randint(1, 5))


def _permutation(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    start = rng.choice((0, 1))
    found = list(range(start, start + len(args[tweak.first])))
    rng.shuffle(found)
    args[tweak.first] = _remade(args[tweak.first], found)


def _indices(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    size = len(args[tweak.first])
    args[tweak.first] = _remade(args[tweak.first], [rng.randrange(size) for _ in range(size)])


def _positive(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    args[tweak.first] = _remade(args[tweak.first], [abs(item) or 1 for item in args[tweak.first]])


def _bits(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    size = 2 ** rng.randint(0, 4) if rng.random() < 0.5 else len(args[tweak.first])
    args[tweak.first] = _remade(args[tweak.first], [rng.randint(0, 1) for _ in range(size)])


def _square(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    rows = args[tweak.first]
    cells = [item for row in rows for item in row]
    args[tweak.first] = [[rng.choice(cells) for _ in rows] for _ in rows]


def _rectangle(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    rows = args[tweak.first]
    cells = [item for row in rows for item in row]
    width = rng.randint(1, 4)
    args[tweak.first] = [[rng.choice(cells) for _ in range(width)] for _ in rows]


def _graph(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    graph = args[tweak.first]
    keys = list(graph)
    for key, value in graph.items():
        graph[key] = type(value)(rng.choice(keys) for _ in range(rng.randint(0, min(3, len(keys)))))


def _forest(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    """A graph without cycles: a key points only to keys after it."""
    graph = args[tweak.first]
    keys = list(graph)
    for index, (key, value) in enumerate(graph.items()):
        graph[key] = type(value)(dict.fromkeys(item for item in keys[index + 1 :] if rng.random() < 0.4))


def _path(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    """Dicts inside dicts, along the pieces of a text. Ex) {"a": {"b": 0}} and "a.b"; what lies at the end varies."""
    text = args[tweak.second]
    separator = next((char for char in "./:" if char in text), rng.choice(("", ".", "/")))
    pieces = [piece for piece in text.split(separator) if piece][:3] if separator else [text]
    pieces = pieces or [rng.choice(("a", "id", "name"))]
    value: Any = rng.choice((None, 0, "", False, [], {}, 1, "x", 2.5, {"a": 1}, [1, 2]))
    for piece in reversed(pieces):
        value = {piece: copy.deepcopy(value)}
    args[tweak.first] = {**args[tweak.first], **value}
    # Now and then the text leads past the end or stops before it.
    shown = [*pieces, "a"] if rng.random() < 0.2 else pieces[:-1] if rng.random() < 0.15 else pieces
    args[tweak.second] = separator.join(shown)


def _key(tweak: Tweak, args: list[Any], redraw: Redraw, rng: Random) -> None:
    args[tweak.first] = rng.choice(list(args[tweak.second]))


_APPLY: dict[str, Callable[[Tweak, list[Any], Redraw, Random], None]] = {
    "length": _length, "index": _index, "member": _member, "substring": _substring, "equal": _equal, "same": _same,
    "equal_length": _equal_length, "overlap": _overlap, "ordered": _ordered, "sorted": _sorted, "nonempty": _nonempty,
    "permutation": _permutation, "indices": _indices, "positive": _positive, "bits": _bits, "square": _square,
    "rectangle": _rectangle, "graph": _graph, "forest": _forest, "key": _key,
    "similar": _similar, "path": _path,
}  # fmt: skip
