"""Rewrites that differ subtly from their originals, see the pages subtle_pairs*.md: none may pass without a caveat."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from velox_engine.verify.sandbox import Environment, Sandbox


def _bench() -> ModuleType:
    """The script that judges the pairs, so that the test and the bench can't disagree."""
    path = Path(__file__).parents[2] / "bench" / "verification_subtle_pairs.py"
    spec = importlib.util.spec_from_file_location("verification_subtle_pairs", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


BENCH = _bench()
PAIRS = BENCH.read_pages(BENCH.PAGES)
SECTIONS = list(dict.fromkeys(pair.section for pair in PAIRS))


@pytest.fixture(scope="module")
def sandboxes() -> Iterator[tuple[Sandbox, Sandbox]]:
    """One sandbox for each hash seed."""
    environment = Environment(sys.executable)
    with Sandbox(environment) as first, Sandbox(environment, hash_seed=4711) as second:
        yield first, second


def test_there_are_enough_pairs() -> None:
    """The pages are read whole: more than 240 rewrites, each with the sentence that says where it differs."""
    assert len(PAIRS) > 240
    assert all(pair.says and pair.function for pair in PAIRS)


@pytest.mark.parametrize("section", SECTIONS)
def test_no_subtle_difference_passes(section: str, sandboxes: tuple[Sandbox, Sandbox]) -> None:
    """Every rewrite of one original is refuted, or verified only with a caveat."""
    pairs = [pair for pair in PAIRS if pair.section == section]
    judge = BENCH.Judge(sandboxes, pairs[0], seed=0, seconds=1.0)
    missed = [pair.says for pair in pairs if judge.verdict(pair.new)[0] not in ("refuted", "caveat")]
    assert missed == []
