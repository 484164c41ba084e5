"""`velox metrics` counts right: checked against rows whose figures are known, on both databases."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from velox_engine.actions import ACTIONS
from velox_engine.advisor.metrics import metrics_document, prometheus_text
from velox_engine.cli.main import main
from velox_engine.experience import AttemptRecord, ExperienceStore, SuggestionRecord
from velox_engine.experience.outcomes import Period, summary
from velox_engine.experience.records import EpisodeRecord, FeedbackRecord
from velox_engine.llm.audit import AuditLog, RequestRecord
from velox_engine.llm.budget import Limits
from velox_engine.policy import registry
from velox_engine.policy.features import FEATURES
from velox_engine.policy.shadowing import CHOICE, ROOT, note
from velox_engine.types import Experience

WORKSPACE = "/home/ana/shop"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of this test's own."""
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def episode(name: str, day: str, status: str, seconds: float, policy: str = "v1") -> EpisodeRecord:
    return EpisodeRecord(
        name,
        "m.py",
        "f",
        status,
        workspace=WORKSPACE,
        policy=policy,
        steps=2,
        seconds=seconds,
        timestamp=f"{day}T10",
    )


def attempt(strategy: str, status: str, day: str) -> AttemptRecord:
    return AttemptRecord("m.py", "f", strategy, status, "", 1.0, None, WORKSPACE, "", f"{day}T10")


def shown(
    name: str, day: str, strategy: str, speedup: float, memory: float | None = None
) -> SuggestionRecord:
    return SuggestionRecord(
        name, "m.py", "f", WORKSPACE, strategies=(strategy,), speedup=(speedup, speedup, speedup),
        memory_ratio=memory, timestamp=f"{day}T10",
    )  # fmt: skip


def fill(store: ExperienceStore) -> None:
    days = ("2026-01-05", "2026-01-06", "2026-02-03", "2026-02-04")
    states = ("improved", "improved", "unchanged", "improved")
    for number, (day, status) in enumerate(zip(days, states, strict=True)):
        store.record_episode(
            episode(f"e{number}", day, status, 2.0 * (number + 1), "v1" if number < 3 else "v2"),
            attempts=[attempt("ordered-dedupe", "verified" if status == "improved" else "refuted", day)],
            suggestions=[shown(f"s{number}", day, "ordered-dedupe", 2.0 ** (number + 1), 1.5)]
            if status == "improved"
            else [],
        )
    # s0 was accepted and taken back later, s1 accepted on two occasions, s3 is undecided.
    told = (
        ("s0", "accepted", "1"),
        ("s0", "reverted", "2"),
        ("s1", "accepted", "3"),
        ("s1", "accepted", "4"),
    )
    store.import_feedback(
        FeedbackRecord(name, kind, occasion=when, timestamp=when)  # type: ignore[arg-type]
        for name, kind, when in told
    )
    store.record_episode(
        EpisodeRecord("x", "o.py", "g", "error", workspace="/home/ben", timestamp="2026-01-07T10")
    )


def test_each_figure_is_what_the_rows_say(place: Path | str) -> None:
    """Counts, rates, speed-up, memory and times, of one workspace."""
    with ExperienceStore.open(place) as store:
        fill(store)
        document = metrics_document(store, Period(workspace=WORKSPACE), "month")
    assert document["functions"] == {
        "asked": 4, "improved": 3, "unchanged": 1, "unverifiable": 0, "error": 0, "success_rate": 0.75,
    }  # fmt: skip
    assert document["suggestions"] == {
        "offered": 3, "accepted": 1, "edited": 0, "rejected": 0, "reverted": 1, "undecided": 1,
        "acceptance_rate": 0.5, "false_positive_rate": 0.5,
    }  # fmt: skip
    assert (document["speedup"]["median"], document["speedup"]["mean"]) == (4.0, 7.333)
    assert document["memory_ratio"]["median"] == 1.5
    assert document["seconds_to_suggestion"]["median"] == 4.0
    (strategy,) = document["strategies"]
    assert (strategy["tried"], strategy["verified"], strategy["refuted"], strategy["offered"]) == (4, 3, 1, 3)
    assert strategy["success_rate"] == 0.75
    assert [
        (one["version"], one["functions"], one["success_rate"]) for one in document["policy"]["versions"]
    ] == [
        ("v1", 3, 0.6667),
        ("v2", 1, 1.0),
    ]
    january, february = document["over_time"]
    assert (january["from"], january["improved"], january["reverted"]) == ("2026-01-01", 2, 1)
    assert (february["from"], february["functions"], february["offered"]) == ("2026-02-01", 2, 1)


def test_rules_are_counted_by_the_strategy_that_mends_them(place: Path | str) -> None:
    """Each rule with that strategy has its figures; rules nobody tried are not listed."""
    with ExperienceStore.open(place) as store:
        fill(store)
        document = metrics_document(store, Period())
    assert document["rules"], "no rule names the strategy"
    assert {entry["strategy"] for entry in document["rules"]} == {"ordered-dedupe"}
    assert all(entry["tried"] == 4 for entry in document["rules"])


def test_a_period_and_a_workspace_narrow_everything(place: Path | str) -> None:
    """From a day on, up to a day, of one workspace; weeks begin on Monday."""
    with ExperienceStore.open(place) as store:
        fill(store)
        assert metrics_document(store, Period())["functions"]["asked"] == 5
        assert metrics_document(store, Period(workspace="/home/ben"))["functions"]["error"] == 1
        found = metrics_document(store, Period("2026-01-06", "2026-02-04"), "week")
        assert (found["functions"]["asked"], found["suggestions"]["offered"]) == (3, 1)
        assert [entry["from"] for entry in found["over_time"]] == ["2026-01-05", "2026-02-02"]


def test_model_spend_is_that_of_the_period(tmp_path: Path) -> None:
    """Requests, tokens and dollars come from the record of requests."""
    log = AuditLog()
    request = RequestRecord(
        "a",
        "2026-01-05T10:00:00",
        "primary",
        "m",
        "api",
        True,
        "m.py",
        "f",
        "caching",
        10,
        prompt_tokens=100,
        cost=0.5,
    )
    log.begin(request, Limits(10, 10**6, 10.0))
    with ExperienceStore.open() as store:
        spent = metrics_document(store, Period("2026-01-05", "2026-01-06"))["models"]
        assert (spent["requests"], spent["remote"], spent["tokens"], spent["cost"]) == (1, 1, 100, 0.5)
        assert metrics_document(store, Period("2026-01-06"))["models"]["requests"] == 0


def test_summary_of_known_values() -> None:
    """Mean, median, percentile and geometric mean of values one can check by hand."""
    assert summary([1.0, 2.0, 4.0]) == {
        "count": 3, "mean": 2.333, "median": 2.0, "p90": 4.0, "geometric_mean": 2.0,
    }  # fmt: skip
    assert summary([])["median"] is None


SAMPLE = re.compile(r'[a-z_]+(\{[a-z_]+="([^"\\\n]|\\.)*"(,[a-z_]+="([^"\\\n]|\\.)*")*\})? -?[0-9.e+-]+')


def test_prometheus_text_is_well_formed(place: Path | str) -> None:
    """Each line is a comment or a sample, each family has its type once, and labels are escaped."""
    with ExperienceStore.open(place) as store:
        fill(store)
        store.record_attempts([attempt('odd "name"\\ \n', "verified", "2026-01-05")])
        text = prometheus_text(metrics_document(store, Period()))
    lines = text.splitlines()
    assert all(
        line.startswith(("# HELP velox_", "# TYPE velox_")) or SAMPLE.fullmatch(line) for line in lines
    )
    families = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(families) == len(set(families))
    assert 'velox_suggestions{answer="reverted"} 1' in lines
    assert "velox_success_ratio 0.6" in lines


def test_the_command_shows_a_table_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    """An empty store says what to do; a filled one names rates and strategies; a wrong day is refused."""
    assert main(["metrics"]) == 0
    assert "nothing to count yet" in capsys.readouterr().out
    with ExperienceStore.open() as store:
        fill(store)
    assert main(["metrics", "--workspace", WORKSPACE]) == 0
    text = capsys.readouterr().out
    for part in (
        "3 improved (75%)",
        "1 reverted",
        "turned down 50%",
        "median 4.00×",
        "ordered-dedupe",
        "v2: 1",
    ):
        assert part in text
    assert main(["metrics", "--format", "json", "--until", "2026-01-31"]) == 0
    assert json.loads(capsys.readouterr().out)["functions"]["asked"] == 3
    assert main(["metrics", "--since", "2026-02-31"]) == 2


@pytest.fixture
def endpoint(folder: Path) -> Any:
    """The address of a running endpoint."""
    with ExperienceStore.open() as store:
        fill(store)
    process = subprocess.Popen(
        [sys.executable, "-m", "velox_engine.cli.main", "metrics", "--serve", "0"],
        env={**os.environ, "VELOX_DATA_DIR": str(folder)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    yield process.stderr.readline().split()[-1]
    process.terminate()
    assert process.wait(timeout=60) == 130
    process.stderr.close()


def test_the_endpoint_answers_this_machine_only(endpoint: str) -> None:
    """It listens on loopback, answers /metrics, and refuses a name that is not this machine's."""
    assert endpoint.startswith("http://127.0.0.1:")
    with urllib.request.urlopen(endpoint, timeout=30) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        assert b'velox_functions{status="improved"} 3' in answer.read()
    for address, host in (
        (endpoint, "evil.example.com"),
        (endpoint.replace("/metrics", "/other"), "127.0.0.1"),
    ):
        request = urllib.request.Request(address, headers={"Host": host})
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=30)
        assert caught.value.code == 404
        caught.value.close()


def first_choices(
    name: str, rewards: dict[int, float], active: int, shadow: int, policy: str
) -> list[Experience]:
    """The first tries on one function, with what both policies would have tried first."""
    allowed = tuple(True for _ in ACTIONS)
    return [
        Experience(
            (0.0,) * len(FEATURES), action, reward, (0.0,) * len(FEATURES), True, allowed, allowed,
            "measured", name, "2026-01-05",
            {ROOT: True, **({CHOICE: note(policy, active, "watcher", shadow)} if action == active else {})},
        )
        for action, reward in rewards.items()
    ]  # fmt: skip


def test_the_active_policy_stands_beside_its_shadow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Count, reward, success, regret and agreement of both, in the document, the table and for Prometheus."""
    active = registry.load_active().version
    monkeypatch.setattr(registry, "roles", lambda: registry.Roles(shadow="watcher"))
    with ExperienceStore.open() as store:
        for number, (choice, workspace) in enumerate(((1, WORKSPACE), (2, WORKSPACE), (2, "/home/ben"))):
            about = EpisodeRecord(f"e{number}", "m.py", "f", "improved", workspace=workspace, policy=active)
            store.record_episode(
                about, experiences=first_choices(about.id, {1: 0.2, 2: 0.6}, 1, choice, active)
            )
        records = metrics_document(store, Period(workspace=WORKSPACE))["policy"]["records"]
        everywhere = metrics_document(store, Period())
    assert records["active"] == {
        "version": active, "decisions": 2, "average_reward": 0.2, "success_rate": 1.0, "regret": 0.4,
    }  # fmt: skip
    assert records["shadow"]["average_reward"] == pytest.approx(0.4)
    assert (records["comparison"]["decisions"], records["comparison"]["agreement"]) == (2, 0.5)
    assert everywhere["policy"]["records"]["shadow"]["decisions"] == 3
    text = prometheus_text(everywhere)
    assert 'velox_policy_regret{role="active"} 0.4' in text
    assert 'velox_policy_decisions{role="shadow"} 3' in text
    assert "velox_policy_agreement_ratio 0.3333" in text
    assert main(["metrics"]) == 0
    told = capsys.readouterr().out
    assert "active: 3 first choices, average reward 0.200, success 100%, regret 0.400" in told
    assert "the shadow agrees in 33% of 3 choices" in told
