"""The program generator: real code, the same for the same seed, whose slow text differs between dialects."""

from __future__ import annotations

import inspect
import random
import string
from typing import Any

import pytest

from velox_engine.training.fragments import DIALECTS
from velox_engine.training.programs import _DOMAINS, GeneratedProgram, generate
from velox_engine.training.surroundings import RECURSIONS

_KIND_OF = {name: kind for domain in _DOMAINS for kind, names in domain.names.items() for name in names}


def word(rng: random.Random) -> str:
    return "".join(rng.choices(string.ascii_lowercase, k=rng.randint(1, 5)))


def argument(parameter: str, rng: random.Random) -> Any:
    """A value of the kind that a generated parameter's name stands for."""
    stem = parameter.rstrip("0123456789").removesuffix("_")
    kind = _KIND_OF.get(parameter) or _KIND_OF.get(stem, "number")
    size = rng.randint(0, 12)
    match kind:
        case "ints":
            return [rng.randint(-20, 20) for _ in range(size)]
        case "words":
            return [word(rng) for _ in range(size)]
        case "pairs":
            return [(word(rng), rng.randint(-9, 30)) for _ in range(size)]
        case "int_lists":
            return [[rng.randint(-9, 9) for _ in range(4)] for _ in range(size)]
        case "text":
            return " ".join(word(rng) for _ in range(size))
    return rng.randint(0, 7)


def run(program: GeneratedProgram, seed: int) -> Any:
    namespace: dict[str, Any] = {"__name__": program.name}
    exec(compile(program.source, program.name, "exec"), namespace)
    target: Any = namespace
    for part in program.function.split("."):
        target = target[part] if isinstance(target, dict) else getattr(target(), part)
    rng = random.Random(seed)
    return target(*(argument(name, rng) for name in inspect.signature(target).parameters))


def test_every_program_runs() -> None:
    """Each of 600 programs loads, and returns a result for three random inputs of its kinds."""
    for program in generate(600, seed=7, dialects=range(len(DIALECTS))):
        for seed in range(3):
            assert run(program, seed) is not None, program.source


def test_the_same_seed_gives_the_same_programs() -> None:
    """A program depends on the seed and its index alone, not on how many are asked for."""
    few, many = list(generate(20, seed=3)), list(generate(60, seed=3))
    assert few == many[:20]
    assert few != list(generate(20, seed=4))


def test_programs_rarely_repeat() -> None:
    """At least nine of ten programs are different texts (short recursions have few variants)."""
    sources = [program.source for program in generate(1000, seed=1)]
    assert len(set(sources)) > 900


@pytest.mark.parametrize("first", range(len(DIALECTS)))
def test_dialects_share_no_slow_text(first: int) -> None:
    """No idiom's text, and no recursion's, occurs in two dialects but for the one filter that everybody writes."""
    texts = {fragment.text for fragment in DIALECTS[first]} | {one.text for one in RECURSIONS[first]}
    for second in range(first + 1, len(DIALECTS)):
        others = {fragment.text for fragment in DIALECTS[second]} | {one.text for one in RECURSIONS[second]}
        assert len(texts & others) <= 1


def test_origin_is_the_dialect() -> None:
    """Programs name the dialect that they were written in, in turn; those asked for are."""
    assert [program.origin for program in generate(3, dialects=(4, 3))] == [
        "generated/4",
        "generated/3",
        "generated/4",
    ]
    assert [program.origin for program in generate(4)] == [
        "generated/0",
        "generated/1",
        "generated/2",
        "generated/0",
    ]
