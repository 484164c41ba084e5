"""The journal of a run: what a killed process wrote down is found again, and only what is still true counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from velox_engine.advisor.journal import Entry, Journal, still_true
from velox_engine.types import VeloxError


def entry(name: str, before: str, after: str = "") -> Entry:
    return Entry("shop.py", name, before, after or before, {"name": name, "status": "unchanged"})


def test_entries_outlive_the_process_and_half_a_line_does_not(tmp_path: Path) -> None:
    """A line cut off by a kill is dropped, and the next entry does not stick to it."""
    path = tmp_path / "runs" / "one.jsonl"
    with Journal(path) as journal:
        assert journal.add(entry("f", "1")) == 0
    with path.open("a") as file:
        file.write('{"version": 1, "path": "shop.py", "na')
    with Journal(path) as journal:
        assert journal.add(entry("g", "1")) == 1
        assert [found.name for found in journal.entries()] == ["f", "g"]
        assert next(journal.entries()).document["name"] == "f"
    with Journal(path, restart=True) as journal:
        assert list(journal.entries()) == []


def test_a_finished_run_leaves_nothing(tmp_path: Path) -> None:
    """The next run of the same command begins anew."""
    with Journal(tmp_path / "one.jsonl") as journal:
        journal.add(entry("f", "1"))
        journal.finish()
    assert not (tmp_path / "one.jsonl").exists()


def test_one_run_at_a_time(tmp_path: Path) -> None:
    """A second process is told, and may begin when the first is gone."""
    with Journal(tmp_path / "one.jsonl"), pytest.raises(VeloxError, match="Another process"):
        Journal(tmp_path / "one.jsonl").__enter__()
    with Journal(tmp_path / "one.jsonl"):
        pass


def test_only_what_speaks_of_the_file_as_it_is_counts() -> None:
    """An edited file makes all of its entries void; a chain of written suggestions stays whole."""
    same = [entry("f", "1"), entry("g", "1")]
    assert still_true(same, "1") == (same, None)
    assert still_true(same, "2") == ([], None)
    chain = [entry("f", "1", "2"), entry("g", "2"), entry("h", "2", "3")]
    assert still_true(chain, "3") == (chain, None)
    edited_between = [entry("f", "0", "1"), entry("g", "2", "3")]
    assert still_true(edited_between, "3") == (edited_between[1:], None)
    assert still_true(chain, "4") == ([], None)
    assert still_true([], "1") == ([], None)


def test_a_suggestion_that_was_not_written_any_more_is_found() -> None:
    """Killed between the journal and the file: the last entry says what the file should be."""
    chain = [entry("f", "1", "2"), entry("g", "2", "3")]
    assert still_true(chain, "2") == (chain, chain[1])
