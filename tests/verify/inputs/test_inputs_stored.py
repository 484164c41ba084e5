"""Inputs that are remembered: the same cases and growers come back, and only for the text they were found for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.verify.finding import find_inputs
from velox_engine.verify.input_cache import InputCache, input_key
from velox_engine.verify.inputs import InputSet, case_text, parse_cases, synthesise
from velox_engine.verify.inputs.dependencies import relevant_text
from velox_engine.verify.inputs.stored import from_document, to_document
from velox_engine.verify.sandbox import Case, Environment, Program, Recipe, Sandbox
from velox_engine.workspace.project import locate

CODE = '''\
import math

LIMIT = 3


class Box:
    def __init__(self, size: int) -> None:
        self.size = size


def other(x):
    return x


def scale(values: list[float], box: Box, by=LIMIT):
    """Scale `values`."""
    return [value * by + box.size for value in values]
'''


PROGRAM = Program(CODE, "", "under_test", "", "scale")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox for all tests here."""
    with Sandbox(Environment(sys.executable)) as made:
        yield made


@pytest.fixture(scope="module")
def found(sandbox: Sandbox) -> InputSet:
    """Inputs of `scale`: floats with NaN and signed zero, instances, a default."""
    return synthesise(SourceFile.from_text(CODE), "scale", sandbox, PROGRAM, count=60)


def test_cases_and_growers_come_back_the_same(found: InputSet) -> None:
    """Text, types and what growers make are equal after a round through the document."""
    document = to_document(found)
    assert document is not None
    again = from_document(document, SourceFile.from_text(CODE), PROGRAM, (), ())
    for ring in ("core", "exceptions", "wide"):
        assert list(map(case_text, getattr(again, ring))) == list(map(case_text, getattr(found, ring)))
    assert again.coverage == found.coverage
    assert [grower.knob for grower in again.growers] == [grower.knob for grower in found.growers]
    assert found.growers
    for one, other in zip(found.growers, again.growers, strict=True):
        assert case_text(one.make(30, Random(4))) == case_text(other.make(30, Random(4)))


def test_one_nan_object_is_written_as_the_one_it_is() -> None:
    """`math.nan` in two places stays one object, a plain nan does not become it."""
    (case,) = parse_cases("([math.nan, 1.0], nan)")
    assert case.args[0][0] == Recipe("math.nan")
    assert isinstance(case.args[1], float)
    assert case_text(case) == "([math.nan, 1.0], nan)"


def test_a_document_of_another_function_is_refused(found: InputSet) -> None:
    """A document that does not fit the function is an error and not a wrong input."""
    document = to_document(found)
    assert document is not None
    document["wide_reasons"] = []
    with pytest.raises(ValueError, match="reasons"):
        from_document(document, SourceFile.from_text(CODE), PROGRAM, (), ())


def test_edits_elsewhere_keep_the_relevant_text() -> None:
    """What the function does not mention may change; its class, its constants and its comments may not."""
    relevant = relevant_text(CODE, "scale")
    assert relevant == relevant_text(CODE.replace("return x\n", "return x + 1\n"), "scale")
    for old, new in (("LIMIT = 3", "LIMIT = 4"), ("self.size = size", "self.size = 1"), ("* by", "/ by")):
        assert relevant != relevant_text(CODE.replace(old, new), "scale")
    assert relevant != relevant_text(CODE.replace("def scale", "# positive\ndef scale"), "scale")


def test_remembered_inputs_save_the_search(sandbox: Sandbox, tmp_path: Path) -> None:
    """The second time nothing is run, and the answer is the same; other settings are another question."""
    path = tmp_path / "shop.py"
    path.write_text(CODE)
    source = SourceFile.from_text(CODE, path)
    project = locate(path, CODE, interpreter=sys.executable)
    program = PROGRAM
    settings = Settings(input_count=40)
    cache = InputCache(tmp_path / "cache")
    first = find_inputs(project, settings, source, program, sandbox, cache=cache)
    with Sandbox(Environment("/nonexistent/python")) as broken:  # whoever runs anything fails
        second = find_inputs(project, settings, source, program, broken, cache=cache)
    assert list(map(case_text, second.core)) == list(map(case_text, first.core))
    keys = {
        input_key(project, settings, source, program, "strict"),
        input_key(project, settings.replace(seed=1), source, program, "strict"),
        input_key(project, settings, source, program, "fs-read"),
        input_key(project, settings, source, program, "strict", [Case((1,))]),
    }
    assert len(keys) == 4
    cache.close()


def test_broken_entries_are_passed_over(tmp_path: Path) -> None:
    """What somebody else wrote into the cache is not believed."""
    cache = InputCache(tmp_path)
    source = SourceFile.from_text(CODE)
    for number, stored in enumerate((b"no json", b"{}", b'{"core": 3}', b"[]")):
        cache._cache.set(str(number), stored, 60.0)
        assert cache.find(str(number), source, PROGRAM) is None
    assert cache.find("nothing", source, PROGRAM) is None
    cache.close()
