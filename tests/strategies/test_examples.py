"""Every strategy's documentation is true: its example becomes its result, and both behave the same."""

from __future__ import annotations

import ast
import asyncio
import copy
import inspect
from collections.abc import Iterator

import pytest

from velox_engine.actions import ACTIONS
from velox_engine.source.document import SourceFile
from velox_engine.strategies import STRATEGIES, BuiltinStrategy, applicable_actions, propose
from velox_engine.strategies.examples import read_documentation

each_strategy = pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda strategy: strategy.id)


def function_name(code: str) -> str:
    """The last function of an example is the one it is about."""
    return [
        node.name for node in ast.parse(code).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ][-1]


def behaviour(code: str, name: str, arguments: str) -> tuple[str, str]:
    """What a call returns or raises, and its arguments afterwards."""
    namespace: dict[str, object] = {"__name__": "example"}
    exec(compile(code, "example", "exec", dont_inherit=True), namespace)
    values = eval(arguments, dict(namespace))
    assert isinstance(values, tuple)
    values = copy.deepcopy(values)
    function = namespace[name]
    assert callable(function)
    try:
        result = function(*values)
        if inspect.iscoroutine(result):
            result = asyncio.run(result)
        elif isinstance(result, Iterator):
            result = list(result)
        shown = f"{type(result).__name__} {result!r}"
    except Exception as error:
        shown = f"{type(error).__name__}: {error}"
    return shown, repr(values)


@each_strategy
def test_example_becomes_result(strategy: BuiltinStrategy) -> None:
    """The first candidate for the documented example is exactly the documented result."""
    documentation = read_documentation(strategy.doc)
    source = SourceFile.from_text(documentation.before)
    found = propose(source, function_name(documentation.before), strategy=strategy.id)
    assert found, "the strategy does not apply to its own example"
    assert found[0].new_source == documentation.after


@each_strategy
def test_example_and_result_behave_the_same(strategy: BuiltinStrategy) -> None:
    """Old and new return, raise and leave their arguments alike on the documented inputs."""
    documentation = read_documentation(strategy.doc)
    name = function_name(documentation.before)
    assert documentation.inputs
    if "import pandas" in documentation.before:
        pytest.importorskip("pandas", reason="this strategy's example needs pandas")
    for arguments in documentation.inputs:
        assert behaviour(documentation.before, name, arguments) == behaviour(
            documentation.after, name, arguments
        )


@each_strategy
def test_result_is_stable(strategy: BuiltinStrategy) -> None:
    """A strategy has nothing more to say about its own result."""
    documentation = read_documentation(strategy.doc)
    source = SourceFile.from_text(documentation.after)
    again = propose(source, function_name(documentation.after), strategy=strategy.id)
    assert [candidate.new_source for candidate in again] == []


@each_strategy
def test_strategy_carries_out_a_known_action(strategy: BuiltinStrategy) -> None:
    """The action exists and shows up among the applicable ones of the example."""
    documentation = read_documentation(strategy.doc)
    mask = applicable_actions(SourceFile.from_text(documentation.before), function_name(documentation.before))
    assert mask[ACTIONS.index(strategy.action)]
    assert mask[ACTIONS.index("no_change")]
    assert len(mask) == len(ACTIONS)


def test_strategy_ids_are_unique() -> None:
    """An id names one strategy."""
    ids = [strategy.id for strategy in STRATEGIES]
    assert len(ids) == len(set(ids))
