"""Each function of the corpus runs, answers the same twice, and is what its lower half says."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).parent
BENCH = HERE.parent / "bench"


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


catalogue = _load(HERE / "catalogue.py")
judge = _load(BENCH / "strategies_judge.py")
CORPUS = catalogue.load_corpus()
IDS = [one.id for one in CORPUS]


def _answers(one: Any, code: str) -> list[tuple[str, str]]:
    """What one version answers on all inputs; the setup makes them anew."""
    namespace: dict[str, Any] = {"__name__": "case"}
    exec(compile(code, one.id, "exec", dont_inherit=True), namespace)
    setup = dict(namespace)
    exec(compile(one.setup, one.id, "exec", dont_inherit=True), setup)
    spec = {"texts": [], "small_n": 10}
    function = judge.find(namespace, one.entry)
    return [(label, judge.observe(function, args)) for label, args in judge.unseen_inputs(spec, setup, namespace)]


def test_there_are_at_least_120_functions_of_every_expectation() -> None:
    """The corpus is as large as promised, and says of some functions that nothing is to be gained."""
    assert len(CORPUS) >= 120
    assert {one.expect for one in CORPUS} == set(catalogue.EXPECTATIONS)
    assert len({one.group for one in CORPUS}) >= 10


@pytest.mark.parametrize("one", CORPUS, ids=IDS)
def test_a_function_answers_the_same_twice_and_mostly_returns(one: Any) -> None:
    """Its inputs suit it, and nothing in it depends on chance or time."""
    first, second = _answers(one, one.code), _answers(one, one.code)
    assert first == second
    assert len(first) >= 20
    raising = sum(said.startswith("raises ") for _, said in first)
    assert raising * 3 < len(first), [pair for pair in first if pair[1].startswith("raises ")][:3]
    assert len({said for _, said in first}) > 3


@pytest.mark.parametrize("one", CORPUS, ids=IDS)
def test_its_metadata_is_complete(one: Any) -> None:
    """It says why, in a sentence; a trap brings the rewrite that is wrong."""
    assert one.expect in catalogue.EXPECTATIONS
    assert len(one.why) > 15 and one.why.endswith(".")
    assert one.bench > 0
    assert bool(one.tempting) == (one.expect == "trap")


@pytest.mark.parametrize("one", [one for one in CORPUS if one.tempting], ids=lambda one: one.id)
def test_the_tempting_rewrite_of_a_trap_differs(one: Any) -> None:
    """On some of the inputs it is judged on, the obvious faster version answers otherwise."""
    assert _answers(one, one.code) != _answers(one, one.tempting)
