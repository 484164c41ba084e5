"""Each decision is in a hash chain: a record changed, removed, added or cut off is noticed, whichever it is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from velox_engine.cli.main import main
from velox_engine.experience import ExperienceStore, SuggestionRecord, schema
from velox_engine.llm.audit import AuditLog, RequestRecord
from velox_engine.llm.budget import Limits

SHOWN = SuggestionRecord(
    id="s1", path="shop.py", function="dedupe", workspace="/w", origin="editor", strategies=("ordered-dedupe",),
    speedup=(14.2, 13.0, 15.1), evidence={"inputs": 214}, old_function="def dedupe(x): slow", new_function="fast",
)  # fmt: skip
REQUEST = RequestRecord(
    id="a", time="2026-01-01T10:00:00", tier="local", model="m", where="here", remote=False, path="shop.py",
    function="total", action="caching", bytes=12,
)  # fmt: skip
PLENTY = Limits(1000, 10**9, 100.0)


def fill(store: ExperienceStore) -> None:
    store.record_suggestion(SHOWN)
    store.record_feedback("s1", "accepted", occasion="o", origin="editor", note="a thought")
    store.record_feedback("s1", "reverted", occasion="o", origin="editor")


def tamper(store: ExperienceStore, statement: sa.Executable) -> None:
    store.run(lambda connection: connection.execute(statement), writes=True)


def test_audit_tells_what_was_offered_on_what_evidence_and_what_was_chosen(place: Path | str) -> None:
    """The record names figures and evidence, proves the texts by digest, and holds neither code nor notes."""
    with ExperienceStore.open(place) as store:
        fill(store)
        assert not store.record_feedback("s1", "accepted", occasion="o")
        reverted, accepted, offered = store.list_decisions()
        assert (reverted.says["kind"], accepted.says["kind"]) == ("reverted", "accepted")
        assert offered.says["evidence"] == {"inputs": 214}
        assert offered.says["speedup"] == [14.2, 13.0, 15.1]
        assert len(offered.says["new_sha256"]) == 64
        text = json.dumps([one.says for one in (reverted, accepted, offered)])
        assert "slow" not in text
        assert "thought" not in text
        report = store.check_audit()
        assert (report.count, report.head, report.broken) == (3, reverted.digest, "")


CHANGES: dict[str, sa.Executable] = {
    "changed": sa.update(schema.audit)
    .where(schema.audit.c.number == 2)
    .values(document='{"kind":"rejected"}'),
    "later": sa.update(schema.audit).where(schema.audit.c.number == 3).values(timestamp="2030-01-01"),
    "removed": sa.delete(schema.audit).where(schema.audit.c.number == 2),
    "first removed": sa.delete(schema.audit).where(schema.audit.c.number == 1),
    "added": sa.insert(schema.audit).values(
        number=4, timestamp="t", kind="accepted", document="{}", previous="0" * 64, digest="0" * 64
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_touched_record_is_noticed(place: Path | str, change: str) -> None:
    """Whatever is done to one record, the check names the place."""
    with ExperienceStore.open(place) as store:
        fill(store)
        tamper(store, CHANGES[change])
        assert "record" in store.check_audit().broken


def test_records_cut_off_are_noticed_by_a_noted_digest(place: Path | str) -> None:
    """A chain that ends early is a good chain; a digest noted before tells that it was longer."""
    with ExperienceStore.open(place) as store:
        fill(store)
        noted = store.check_audit().head
        assert store.check_audit(noted=noted).broken == ""
        tamper(store, sa.delete(schema.audit).where(schema.audit.c.number == 3))
        assert store.check_audit().broken == ""
        assert "noted" in store.check_audit(noted=noted).broken


@pytest.fixture
def requests(tmp_path: Path) -> AuditLog:
    """Requests of two days, one of which ended after midnight."""
    log = AuditLog(tmp_path / "audit")
    log.begin(REQUEST, PLENTY)
    log.begin(replace(REQUEST, id="b", time="2026-01-02T00:00:01"), PLENTY)
    log.end(replace(REQUEST, status="answered"))
    log.begin(replace(REQUEST, id="c", time="2026-01-02T00:00:02"), PLENTY)
    return log


def test_requests_are_chained_over_days(requests: AuditLog) -> None:
    """A request that ends on the next day breaks nothing, nor does half a line that a full disk left."""
    assert requests.check().broken == ""
    assert requests.check().count == 4
    with (requests.folder / "2026-01-02.jsonl").open("a") as file:
        file.write('{"event": "sent", "id": "ha')
    requests.begin(replace(REQUEST, id="d", time="2026-01-02T00:00:03"), PLENTY)
    assert requests.check().broken == ""
    assert [record.id for record in requests.read()] == ["a", "b", "c", "d"]


def test_requests_from_before_the_chain_are_read_and_stand_at_its_beginning_only(tmp_path: Path) -> None:
    """An older Velox wrote lines without digests; after the first digest such a line is somebody else's."""
    log = AuditLog(tmp_path)
    old = (
        json.dumps({"event": "sent", "id": "old", **{k: v for k, v in _document().items() if k != "id"}})
        + "\n"
    )
    (tmp_path / "2026-01-01.jsonl").write_text(old)
    log.begin(REQUEST, PLENTY)
    assert log.check() == replace(log.check(), count=1, broken="")
    assert [record.id for record in log.read()] == ["old", "a"]
    with (tmp_path / "2026-01-01.jsonl").open("a") as file:
        file.write(old)
    assert "line 3" in log.check().broken


def _document() -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(REQUEST)


@pytest.mark.parametrize("change", ["changed", "line removed", "day removed", "swapped"])
def test_any_touched_request_is_noticed(requests: AuditLog, change: str) -> None:
    """A line or a whole day that is changed or taken out shows."""
    first, second = sorted(requests.folder.glob("*.jsonl"))
    lines = second.read_text().splitlines(keepends=True)
    if change == "changed":
        first.write_text(first.read_text().replace('"bytes": 12', '"bytes": 11', 1))
    elif change == "line removed":
        second.write_text("".join(lines[1:]))
    elif change == "day removed":
        first.unlink()
    else:
        second.write_text("".join(reversed(lines)))
    assert "line" in requests.check().broken


def test_the_command_verifies_both_records(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`velox audit verify` ends with 0 and the digests to note, and with 1 and the place once a record was touched."""
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path))
    with ExperienceStore.open() as store:
        fill(store)
    AuditLog().begin(REQUEST, PLENTY)
    assert main(["audit", "verify", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["intact"], document["decisions"]["count"], document["requests"]["count"]) == (True, 3, 1)
    for name in ("decisions", "requests"):
        assert main(["audit", "verify", "--noted", document[name]["head"]]) == 0
    assert main(["audit", "verify", "--noted", "f" * 64]) == 1
    assert main(["audit", "decisions"]) == 0
    assert "shop.py::dedupe · ordered-dedupe · 14.20×" in capsys.readouterr().out
    with ExperienceStore.open() as store:
        tamper(store, CHANGES["changed"])
    assert main(["audit", "verify"]) == 1
    assert "BROKEN" in capsys.readouterr().out
    assert main(["audit", "verify", "--noted", "what"]) == 2
