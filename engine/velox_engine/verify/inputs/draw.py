"""Draw values of a shape: small and large, with ties, runs, order and the odd special value, from one seeded
generator."""

from __future__ import annotations

import ast
import copy
import math
from collections.abc import Callable
from random import Random
from typing import Any

from velox_engine.verify.inputs import frames
from velox_engine.verify.inputs.drawtext import draw_text
from velox_engine.verify.inputs.literals import NotLiteral, evaluate_or_recipe
from velox_engine.verify.inputs.shapes import INT, Shape, options_of
from velox_engine.verify.inputs.text import value_text
from velox_engine.verify.inputs.vocabulary import Vocabulary
from velox_engine.verify.sandbox import Recipe

SIZES = (0, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 10, 12, 16, 24)
DEEP_SIZES = (0, 1, 1, 2, 2, 3, 3, 4, 5)
GROWN_ARRAY = 6  # elements along one dimension from which arrays are alike, so that they fit each other
DEEPEST_DUCK = 3  # objects in attributes of objects
SPECIAL_FLOATS = (-0.0, math.nan, math.inf, -math.inf, 1e16, 5e-324, 0.1, 1e-9)
CALLABLES = (
    "lambda *a: a[0]",
    "lambda *a: len(str(a[0]))",
    "lambda *a: a[0] == a[-1]",
    "str",
    "lambda *a: None",
    "bool",
    "repr",
)
PATTERNS = (r"\d+", r"[a-z]+", r"(\w)(\w*)", r"\s+", r"[,;]", r"(?P<key>\w+)=(?P<value>.*)", r"a|b", r"")
MATCHES = (
    (r"\d+", "42 a"),
    (r"(\w)(\w*)", "word"),
    (r"(?P<key>\w+)=(?P<value>.*)", "key=value"),
    (r"a|(b)", "a1"),
    (r"\s*", "x"),
)
RESULT_CALLABLES = {
    "bool": ("bool", "lambda *a: len(str(a[0])) % 2 == 0", "lambda *a: True", "lambda *a: False"),
    "int": ("lambda *a: len(str(a[0]))", "lambda *a: hash(a[0]) % 7", "lambda *a: 0"),
    "str": ("str", "repr", "lambda *a: str(a[0])[:1]"),
    "float": ("lambda *a: len(str(a[0])) / 4", "lambda *a: 0.5"),
}


class Drawer:
    """Draws values of shapes for one parameter."""

    def __init__(
        self,
        rng: Random,
        vocabulary: Vocabulary,
        instance: Callable[[str, Random], Recipe | None] | None = None,
        *,
        wild: bool = False,
        largest: int = 10**9,
    ) -> None:
        self.rng = rng
        self.vocabulary = vocabulary
        self.instance = instance
        self.wild = wild  # also characters outside the shown alphabet and numbers outside the shown bounds
        self.largest = largest

    def value(self, shape: Shape, size: int | None = None, depth: int = 0) -> Any:
        """One value; `size` fixes the number of elements of a container or characters of text."""
        rng = self.rng
        kind = shape.kind
        if kind == "union":
            return self.value(rng.choice(shape.items), size, depth)
        if kind in SCALARS:
            return SCALARS[kind](self)
        if kind == "str":
            return draw_text(rng, self.vocabulary, size, wild=self.wild)
        if kind in ("literal", "recipe"):
            return _read(rng.choice(shape.texts))
        if kind == "instance":
            made = self.instance(shape.texts[0], rng) if self.instance else None
            return made if made is not None else Recipe(f"{shape.texts[0]}()")
        if kind == "duck":
            return self._duck(shape, depth)
        if kind == "callable":
            texts = RESULT_CALLABLES.get(shape.items[-1].kind, CALLABLES) if shape.items else CALLABLES
            return Recipe(rng.choice(texts))
        if kind in ("any", "anything", "hashable"):
            return self._anything(depth, hashable=kind == "hashable")
        return self._container(shape, size, depth)

    def _duck(self, shape: Shape, depth: int) -> Recipe:
        """An object with the attributes that are asked for; calls of its methods are written down on it."""
        parts: list[str] = []
        called = False
        for name, item in zip(shape.texts, shape.items, strict=True):
            value = value_text(self.value(item, None, depth + 1)) if depth < DEEPEST_DUCK else "None"
            if name.endswith("()"):
                called = True
                name = name[:-2]
                value = f"lambda *a, **k: (o._calls.append(({name!r}, a, k)), {value})[1]"
            parts.append(f"{name}={value}")
        made = "__import__('types').SimpleNamespace"
        if not called:
            return Recipe(f"{made}({', '.join(parts)})")
        return Recipe(f"(lambda o: (o.__dict__.update({', '.join(parts)}), o)[1])({made}(_calls=[]))")

    def size(self, depth: int) -> int:
        """How many elements a container gets."""
        drawn = self.rng.choice(DEEP_SIZES if depth else SIZES)
        return max(drawn, 1) if self.vocabulary.nonempty and not self.wild else drawn

    def _container(self, shape: Shape, size: int | None, depth: int) -> Any:
        rng, kind = self.rng, shape.kind
        if kind == "pair":
            return tuple(self.value(item, None, depth + 1) for item in shape.items)
        if kind == "record":
            return {
                name: self.value(item, None, depth + 1)
                for name, item in zip(shape.texts, shape.items, strict=True)
            }
        count = self.size(depth) if size is None else size
        if kind in ("bytes", "bytearray"):
            data = bytes(rng.choice((rng.randrange(256), rng.randrange(97, 123), 0)) for _ in range(count))
            return data if kind == "bytes" else bytearray(data)
        if kind == "dict":
            keys = self._distinct(shape.items[0], count, depth)
            return dict(zip(keys, self.elements(shape.items[1], len(keys), depth + 1), strict=True))
        if kind in ("set", "frozenset"):
            found = self._distinct(shape.items[0] if shape.items else INT, count, depth)
            return set(found) if kind == "set" else frozenset(found)
        if kind == "ndarray":
            return self._array(shape, count)
        if kind in frames.KINDS:
            return frames.build(
                shape,
                lambda item: self.elements(rng.choice(options_of(item)), count, depth + 1),
                strange=rng.choice(frames.STRANGE) if self.wild else "",
            )
        if kind == "range":
            return range(rng.randint(-3, 5), rng.randint(0, 20), rng.choice((1, 1, 2)))
        if kind == "slice":
            return slice(rng.choice((None, 0, 1, -2)), rng.choice((None, 3, -1)))
        items = self.elements(shape.items[0] if shape.items else INT, count, depth + 1)
        if kind == "tuple" or (kind == "sequence" and rng.random() < 0.2):
            return tuple(items)
        if kind == "iterator" or (kind == "iterable" and rng.random() < 0.2):
            return Recipe(f"iter({value_text(items)})")
        if kind == "iterable" and rng.random() < 0.15:
            return tuple(items)
        if kind == "deque":
            return Recipe(f"collections.deque({value_text(items)})")
        return items

    def elements(self, item: Shape, count: int, depth: int) -> list[Any]:
        """The elements of a sequence: independent, or tied, ordered, constant, mirrored, consecutive."""
        rng = self.rng
        if item.kind == "anything" and rng.random() < 0.4:
            item = rng.choice((INT, Shape("str"), Shape("float")))
        style = rng.random()
        if style < 0.18:  # ties: few distinct values
            pool = [self.value(item, None, depth) for _ in range(rng.randint(1, 3))]
            tied = [rng.choice(pool) for _ in range(count)]
            # Equal, yet rarely the very same object: aliasing is an edge of its own.
            return tied if rng.random() < 0.1 else [copy.deepcopy(value) for value in tied]
        if item.kind == "int" and style < 0.36:
            return self._integers(count)
        if item.kind == "pair" and all(part.kind == "int" for part in item.items) and style < 0.5:
            bound = max(count, 2)  # Ex) edges between few nodes
            return [tuple(rng.randrange(bound) for _ in item.items) for _ in range(count)]
        if item.kind == "list" and style < 0.5:  # rows of one length
            width = count if rng.random() < 0.5 else self.size(1)
            return [self.value(item, width, depth) for _ in range(count)]
        if item.kind == "int" and style < 0.6:  # one narrow range, so that values meet
            low = 0 if self.low() == 0 or rng.random() < 0.5 else -5
            return [self._clip(rng.randint(low, 9)) for _ in range(count)]
        found = [self.value(item, None, depth) for _ in range(count)]
        if style > 0.82:
            found = self._ordered(found)
        elif style > 0.78:
            found = found[: (count + 1) // 2] + copy.deepcopy(found[: count // 2][::-1])
        return found

    def low(self) -> int | None:
        """The least integer allowed, None without a limit."""
        return None if self.wild else self.vocabulary.low

    def _ordered(self, found: list[Any]) -> list[Any]:
        try:
            return sorted(found, reverse=self.rng.random() < 0.3)
        except TypeError:
            return found

    def _integers(self, count: int) -> list[Any]:
        rng = self.rng
        style = rng.randrange(5)
        start = rng.choice((0, 1))
        if style == 0:  # a permutation
            found = list(range(start, start + count))
            rng.shuffle(found)
            return [self._clip(item) for item in found]
        if style == 1:
            step = rng.choice((1, 2, -1, 3))
            return [self._clip(start + step * index) for index in range(count)]
        if style == 2:
            return [self._clip(rng.randint(0, 1)) for _ in range(count)]
        if style == 3:
            bound = rng.choice((100, 1000, 10**6))
            return [self._clip(rng.randint(-bound, bound)) for _ in range(count)]
        return [self._clip(rng.randrange(max(count, 1))) for _ in range(count)]

    def _distinct(self, item: Shape, count: int, depth: int) -> list[Any]:
        found: dict[Any, None] = {}
        for _ in range(count * 3):
            if len(found) >= count:
                break
            value = self.value(item, None, depth + 1)
            try:
                found[value] = None
            except TypeError:
                found[value_text(value)] = None
        return list(found)

    def _array(self, shape: Shape, count: int) -> Recipe:
        rng = self.rng
        large = count >= GROWN_ARRAY
        rank = int(shape.texts[0]) if shape.texts else 1 if large else rng.choice((1, 1, 1, 2))
        real = rng.random() < 0.5
        # Some are longer one way, so that rows cannot stand for columns; large ones fit each other.
        longer = 0 if large or rank == 1 or rng.random() < 0.6 else 2

        def build(level: int) -> Any:
            if level == 0:
                return round(rng.uniform(-10, 10), 2) if real else rng.randint(-5, 20)
            return [build(level - 1) for _ in range(max(count, 1) + (longer if level == 1 else 0))]

        if rank == 1 and count == 0:
            return Recipe(f"np.array([], dtype={'float' if real else 'int'})")
        return Recipe(f"np.array({value_text(build(rank))})")

    def _anything(self, depth: int, *, hashable: bool) -> Any:
        rng = self.rng
        choice = rng.randrange(9 if hashable or depth > 2 else 12)
        if choice < 3:
            return self.integer()
        if choice < 5:
            return draw_text(rng, self.vocabulary, rng.randint(0, 4), wild=self.wild)
        if choice < 7:
            return self.real()
        if choice == 7:
            return rng.choice((None, True, False))
        if choice == 8:
            return (rng.randint(0, 3), rng.choice("ab"))
        if choice == 9:
            return {rng.choice("abc"): rng.randint(0, 5)} if rng.random() < 0.7 else {}
        return [rng.randint(0, 3) for _ in range(rng.randint(0, 3))]

    def integer(self) -> int:
        """An integer, most often small, now and then at a constant of the code or far out."""
        rng, known = self.rng, self.vocabulary
        style = rng.random()
        if style < 0.15:
            found = rng.choice((0, 1, -1, 2, 3))
        elif style < 0.35 and known.integers:
            found = rng.choice(known.integers) + rng.choice((-1, 0, 0, 1))
        elif style < 0.65:
            found = rng.randint(-4, 20)
        elif style < 0.88:
            found = rng.randint(-30, 120)
        elif style < 0.97 or known.bounds_loop:
            found = rng.randint(-200, 1000)
        else:
            found = rng.choice((-1, 1)) * rng.randrange(10 ** rng.choice((4, 6, 9)))
        return self._clip(found)

    def _clip(self, value: int) -> int:
        known = self.vocabulary
        if abs(value) > self.largest:
            value = value % (self.largest + 1)
        if not self.wild:
            if known.low is not None and value < known.low:
                value = known.low + abs(value) % 20
            if known.high is not None and value > known.high:
                value = known.high - value % 5 if known.high - 5 >= (known.low or 0) else known.high
        return value

    def real(self) -> float:
        """A float: plain decimals, whole numbers, halves, rarely a special one."""
        rng = self.rng
        style = rng.random()
        low = self.low()
        if style < 0.03 and self.wild:
            return rng.choice(SPECIAL_FLOATS)
        if style < 0.15 and self.vocabulary.floats:
            found = rng.choice(self.vocabulary.floats) * rng.choice((1, 1, 0.5, 2))
        elif style < 0.35:
            found = float(rng.randint(-5, 20))
        elif style < 0.5:
            found = rng.randint(-20, 40) / 4
        elif style < 0.9:
            found = round(rng.uniform(-10, 100), 2)
        else:
            found = rng.uniform(-1e6, 1e6)
        return abs(found) if low is not None and found < low else found


def _read(text: str) -> Any:
    try:
        return evaluate_or_recipe(ast.parse(text, mode="eval").body)
    except (SyntaxError, NotLiteral):
        return Recipe(text)


SCALARS: dict[str, Callable[[Drawer], Any]] = {
    "none": lambda drawer: None,
    "int": Drawer.integer,
    "float": Drawer.real,
    "bool": lambda drawer: drawer.rng.random() < 0.5,
    "complex": lambda drawer: complex(drawer.rng.randint(-5, 5), drawer.rng.randint(-5, 5)),
    "decimal": lambda drawer: Recipe(f"decimal.Decimal('{drawer.rng.randint(-500, 5000) / 100}')"),
    "fraction": lambda drawer: Recipe(
        f"fractions.Fraction({drawer.rng.randint(-9, 20)}, {drawer.rng.randint(1, 9)})"
    ),
    "date": lambda drawer: Recipe(
        f"datetime.date({drawer.rng.randint(1970, 2040)}, {drawer.rng.randint(1, 12)}, {drawer.rng.randint(1, 28)})"
    ),
    "datetime": lambda drawer: Recipe(
        f"datetime.datetime({drawer.rng.randint(1970, 2040)}, {drawer.rng.randint(1, 12)}, {drawer.rng.randint(1, 28)},"
        f" {drawer.rng.randint(0, 23)}, {drawer.rng.randint(0, 59)})"
    ),
    "timedelta": lambda drawer: Recipe(f"datetime.timedelta(seconds={drawer.rng.randint(-9000, 90000)})"),
    "file": lambda drawer: Recipe(
        f"__import__('io').StringIO({draw_text(drawer.rng, drawer.vocabulary, wild=drawer.wild)!r})"
    ),
    "binary file": lambda drawer: Recipe(
        f"__import__('io').BytesIO({draw_text(drawer.rng, drawer.vocabulary, wild=drawer.wild).encode()!r})"
    ),
    "time": lambda drawer: Recipe(f"datetime.time({drawer.rng.randint(0, 23)}, {drawer.rng.randint(0, 59)})"),
    "timezone": lambda drawer: Recipe(
        f"datetime.timezone(datetime.timedelta(hours={drawer.rng.randint(-11, 12)}))"
    ),
    "uuid": lambda drawer: Recipe(f"__import__('uuid').UUID(int={drawer.rng.getrandbits(128)})"),
    "pattern": lambda drawer: Recipe(f"__import__('re').compile({drawer.rng.choice(PATTERNS)!r})"),
    "match": lambda drawer: Recipe(f"__import__('re').match{drawer.rng.choice(MATCHES)!r}"),
    "path": lambda drawer: Recipe(
        f"__import__('pathlib').PurePosixPath('{drawer.rng.choice(('a', 'a/b.txt', '/c/d', '.'))}')"
    ),
}
