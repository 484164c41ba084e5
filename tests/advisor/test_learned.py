"""An accepted rewrite is offered elsewhere in its workspace, verified and measured; in others only when asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from velox_engine.advisor.advise import Advisor
from velox_engine.advisor.learned import known_patterns
from velox_engine.cli.main import main
from velox_engine.experience import ExperienceStore, SuggestionRecord
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.types import VeloxError

OLD = '''def charged(amounts: list[int], rate: int) -> int:
    """Sum the amounts, each with the rate of the tenth year."""
    total = 0
    for amount in amounts:
        factor = 1
        for year in range(10):
            factor = (factor * rate + year) % 9973
        total += amount * factor
    return total
'''
NEW = '''def charged(amounts: list[int], rate: int) -> int:
    """Sum the amounts, each with the rate of the tenth year."""
    total = 0
    factor = 1
    for year in range(10):
        factor = (factor * rate + year) % 9973
    for amount in amounts:
        total += amount * factor
    return total
'''
WRONG = NEW.replace("factor = 1\n", "factor = 2\n")
ELSEWHERE = (
    OLD.replace("charged", "energy")
    .replace("amount", "mass")
    .replace("rate", "speed")
    .replace("year", "hour")
)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with a function like the accepted one, and a store of its own."""
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "data"))
    root = tmp_path / "shop"
    root.mkdir()
    (root / "pyproject.toml").write_text("")
    (root / "masses.py").write_text(ELSEWHERE)
    return root


def accept(root: Path, new: str = NEW) -> None:
    """Record an accepted rewrite of a workspace, as the editor does."""
    with ExperienceStore.open() as store:
        store.record_suggestion(
            SuggestionRecord(
                "s1", str(root / "bills.py"), "charged", str(root.resolve()), actions=("data_structure",),
                speedup=(5, 4, 6), old_function=OLD, new_function=new,
            )
        )  # fmt: skip
        store.record_feedback("s1", "accepted", occasion="o")


def offered(root: Path, settings: Settings | None = None) -> list[tuple[str, str]]:
    """The learned strategies tried on the function, each with how it ended."""
    path = root / "masses.py"
    source = SourceFile.from_text(path.read_text(), path)
    with Advisor.for_file(source, settings or Settings().replace(budget=8.0)) as advisor:
        advice = advisor.optimize(source, "energy")
    return [(one.strategy, one.status) for one in advice.tried if one.strategy.startswith("learned:")]


def test_accepted_rewrite_is_verified_where_it_fits(shop: Path) -> None:
    """Another function of the workspace gets the same rewrite, with a verdict of its own."""
    assert offered(shop) == []
    accept(shop)
    tried = offered(shop)
    assert len(tried) == 1
    assert tried[0][1] in ("verified", "no-gain"), (
        "it behaves the same; whether it beats others is for the clock"
    )


def test_a_pattern_that_is_wrong_elsewhere_is_refuted(shop: Path) -> None:
    """Having been accepted once makes nothing right."""
    accept(shop, WRONG)
    assert [status for _, status in offered(shop)] == ["refuted"]


def test_patterns_stay_in_their_workspace_unless_asked_for(shop: Path, tmp_path: Path) -> None:
    """Only what was accepted here counts, elsewhere by the person's own setting, and nothing once it was taken back."""
    accept(tmp_path / "other")
    here = str(shop.resolve())
    with ExperienceStore.open() as store:
        assert known_patterns(store, Settings(), here) == []
        assert len(known_patterns(store, Settings(learned_everywhere=True), here)) == 1
        assert known_patterns(store, Settings(learned_everywhere=True, learned=False), here) == []
        store.record_feedback("s1", "reverted", occasion="o")
        assert known_patterns(store, Settings(learned_everywhere=True), here) == []


def test_a_project_cannot_ask_for_patterns_of_others(shop: Path) -> None:
    """What was learned from one project's code is not for another project to request."""
    from velox_engine.settings import load_project

    (shop / "pyproject.toml").write_text("[tool.velox]\nlearned-everywhere = true\n")
    with pytest.raises(VeloxError, match="not for a project"):
        load_project(shop)


def test_the_command_lists_patterns_and_places(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`velox patterns list` shows both sides, `find` the functions they fit."""
    assert main(["patterns", "list", str(shop)]) == 1
    assert "nothing learned here yet" in capsys.readouterr().out
    accept(shop)
    assert main(["patterns", "list", str(shop)]) == 0
    assert "+ for $" in capsys.readouterr().out
    assert main(["patterns", "find", str(shop), "--format", "json"]) == 0
    (place,) = json.loads(capsys.readouterr().out)["places"]
    assert (place["function"], place["line"]) == ("energy", 4)
