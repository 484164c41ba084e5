"""With a key set, no file holds source text, counterexamples, notes, recorded calls or models' answers."""

from __future__ import annotations

import gzip
import os
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from velox_engine.advisor.journal import Entry, Journal
from velox_engine.cli.main import main
from velox_engine.experience import AttemptRecord, ExperienceStore, SuggestionRecord, sealing
from velox_engine.experience.byte_cache import ByteCache
from velox_engine.rules.hotspot_baseline import HotspotBaseline, KnownFile, baseline_path
from velox_engine.types import VeloxError
from velox_engine.verify.recording.store import Recorded, Recordings

SECRET = "def quarterly_margin(orders): return 0.4711"
TOLD = "0.4711 is not 0.4712"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of this test's own, without a key."""
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv(sealing.KEY_VARIABLE, raising=False)
    return tmp_path / "data"


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    """A key in the environment."""
    made = sealing.new_key()
    monkeypatch.setenv(sealing.KEY_VARIABLE, made)
    return made


def fill(store: ExperienceStore) -> None:
    store.record_suggestion(
        SuggestionRecord(
            id="s1", path="m.py", function="f", old_function=SECRET, new_function=SECRET + "  # new"
        )
    )
    store.record_attempts(
        [AttemptRecord("m.py", "f", "caching", "refuted", TOLD, 0.1, {"old": "0.4711", "says": "differs"})]
    )
    store.record_feedback("s1", "rejected", note="0.4711 is our margin")


def traces(folder: Path) -> list[str]:
    """The files under a folder in which the secret can be found, as it is or as JSON or UTF-16 would write it."""
    needles = [b"0.4711", b"quarterly_margin", "quarterly".encode("utf-16-le")]
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(needle in path.read_bytes() for needle in needles)
    ]


def test_without_a_key_the_file_is_plain(folder: Path) -> None:
    """The search below can find: without a key the text is there to be read."""
    with ExperienceStore.open() as store:
        fill(store)
    assert traces(folder) == ["experience.db"]


def test_with_a_key_no_file_holds_the_text_and_the_store_gives_it_back(folder: Path, key: str) -> None:
    """While the store is open, its journal included, and after it was closed."""
    with ExperienceStore.open() as store:
        fill(store)
        assert traces(folder) == []
    assert traces(folder) == []
    with ExperienceStore.open() as store:
        found = store.find_suggestion("s1")
        assert found is not None
        assert found.old_function == SECRET
        assert store.list_attempts("m.py", "f")[0].reason == TOLD
        assert store.list_attempts("m.py", "f")[0].counterexample == {"old": "0.4711", "says": "differs"}
        assert store.list_feedback()[0].note == "0.4711 is our margin"
        assert store.check_audit().broken == ""


def beside_the_store(folder: Path) -> tuple[Recorded, Entry, Path]:
    """Write a recorded call, a run's journal and what is known of a project, each with the secret in it."""
    call = Recorded("m.py", "f", "(orders)", ("([0.4711],)",), "2026-01-01T00:00:00Z")
    Recordings(folder / "workspace").add([call])
    finished = Entry("m.py", "f", "before", "after", {"new_source": SECRET, "odd": "\ud83d"})
    with Journal(folder / "runs" / "r.jsonl") as journal:
        journal.add(finished)
    project = baseline_path(folder / "workspace")
    HotspotBaseline({"m.py": KnownFile({}, zlib.compress(SECRET.encode()))}).save(project)
    return call, finished, project


def read_beside_the_store(folder: Path) -> tuple[list[Recorded], list[Entry], str]:
    with Journal(folder / "runs" / "r.jsonl") as journal:
        entries = list(journal.entries())
    known = HotspotBaseline.load(baseline_path(folder / "workspace"))
    return Recordings(folder / "workspace").all(), entries, known.files["m.py"].text


def plain_gzip(path: Path) -> bool:
    """Whether a compressed file tells a path in clear."""
    return b"m.py" in gzip.decompress(path.read_bytes())


def test_files_of_before_are_encrypted_and_decrypted_with_the_store(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`velox data encrypt` closes what was written without a key, a new key opens it, `decrypt` gives it back."""
    call, finished, project = beside_the_store(folder)
    assert traces(folder)
    assert plain_gzip(project)
    first, second = sealing.new_key(), sealing.new_key()
    monkeypatch.setenv(sealing.KEY_VARIABLE, first)
    assert main(["data", "encrypt", "--quiet"]) == 0
    assert traces(folder) == []
    assert not plain_gzip(project)
    monkeypatch.setenv(sealing.KEY_VARIABLE, f"{second},{first}")
    assert main(["data", "encrypt", "--quiet"]) == 0
    monkeypatch.setenv(sealing.KEY_VARIABLE, second)
    assert read_beside_the_store(folder) == ([call], [finished], SECRET)
    assert main(["data", "decrypt", "--quiet"]) == 0
    monkeypatch.delenv(sealing.KEY_VARIABLE)
    assert read_beside_the_store(folder) == ([call], [finished], SECRET)


def test_a_run_that_goes_on_keeps_its_journal(
    folder: Path, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A journal that is being written is left as it is, and named."""
    with Journal(folder / "runs" / "r.jsonl") as journal:
        journal.add(Entry("m.py", "f", "before", "after", {}))
        assert main(["data", "encrypt"]) == 0
        assert "runs/r.jsonl was left as it is" in capsys.readouterr().err


def test_a_baseline_for_others_stays_readable(tmp_path: Path, folder: Path, key: str) -> None:
    """One that is written outside of Velox's own data, such as into the repository, is not encrypted."""
    shared = tmp_path / "baseline.jsonl.gz"
    HotspotBaseline({"m.py": KnownFile({}, zlib.compress(b"x"))}).save(shared)
    assert plain_gzip(shared)
    assert HotspotBaseline.load(shared).files["m.py"].text == "x"


def test_caches_recorded_calls_runs_and_monitored_states_are_encrypted_too(folder: Path, key: str) -> None:
    """A model's answer, small or large enough for a file of its own, a recorded call, a run and a monitored project."""
    cache = ByteCache(folder / "cache" / "answers", 1 << 24)
    for size in (1, 100_000):
        cache.set(f"k{size}", SECRET.encode() * size, 60)
        assert cache.get(f"k{size}") == SECRET.encode() * size
    cache.close()
    call, finished, project = beside_the_store(folder)
    assert read_beside_the_store(folder) == ([call], [finished], SECRET)
    assert not plain_gzip(project)
    assert traces(folder) == []


def test_an_encrypted_store_takes_nothing_plain_and_another_key_nothing_at_all(
    place: Path | str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who lost the key can read figures, and neither read nor write what is encrypted."""
    monkeypatch.setenv(sealing.KEY_VARIABLE, sealing.new_key())
    with ExperienceStore.open(place) as store:
        fill(store)
    for other, code in ((None, "locked"), (sealing.new_key(), "wrong-key")):
        if other:
            monkeypatch.setenv(sealing.KEY_VARIABLE, other)
        else:
            monkeypatch.delenv(sealing.KEY_VARIABLE)
        with ExperienceStore.open(place) as store:
            assert store.count()["suggestions"] == 1
            for use in (lambda: store.record_feedback("s2", "accepted"), lambda: store.find_suggestion("s1")):
                with pytest.raises(VeloxError) as caught:
                    use()
                assert caught.value.code == code
            assert store.count()["feedback"] == 1


@pytest.mark.parametrize(("given", "code"), [("hunter2", "bad-key"), ("x" * 44, "bad-key")])
def test_what_is_no_key_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, given: str, code: str
) -> None:
    """A password is not stretched into a key: the error says how to get one."""
    monkeypatch.setenv(sealing.KEY_VARIABLE, given)
    with ExperienceStore.open() as store, pytest.raises(VeloxError) as caught:
        fill(store)
    assert caught.value.code == code
    assert given not in caught.value.message
    assert "--new-key" in caught.value.hint


def test_encrypt_leaves_no_plain_page_and_decrypt_gives_all_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A store that was plain for long is encrypted whole: no free page and no journal keeps the old text."""
    with ExperienceStore.open() as store:
        for number in range(200):
            store.record_suggestion(
                SuggestionRecord(id=f"t{number}", path="m.py", function="f", old_function=SECRET * 20)
            )
        fill(store)
    assert main(["data", "encrypt"]) == 2
    assert "no key is set" in capsys.readouterr().err.lower()
    assert main(["data", "encrypt", "--new-key"]) == 0
    first = capsys.readouterr().out.strip()
    monkeypatch.setenv(sealing.KEY_VARIABLE, first)
    assert main(["data", "encrypt"]) == 0
    assert traces(folder) == []
    second = sealing.new_key()
    monkeypatch.setenv(sealing.KEY_VARIABLE, f"{second},{first}")
    assert main(["data", "encrypt"]) == 0
    monkeypatch.setenv(sealing.KEY_VARIABLE, second)
    with ExperienceStore.open() as store:
        found = store.find_suggestion("s1")
        assert found is not None
        assert found.old_function == SECRET
    assert main(["data", "decrypt"]) == 0
    monkeypatch.delenv(sealing.KEY_VARIABLE)
    with ExperienceStore.open() as store:
        assert store.list_feedback()[0].note == "0.4711 is our margin"
        assert [found.says["kind"] for found in store.list_decisions(limit=3)] == [
            "decrypted",
            "encrypted",
            "encrypted",
        ]
        assert store.check_audit().broken == ""


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring that lives as long as the test, or refuses."""

    priority = 1.0  # type: ignore[assignment]

    def __init__(self, refuses: bool = False) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.refuses = refuses

    def get_password(self, service: str, username: str) -> str | None:
        if self.refuses:
            raise keyring.errors.KeyringLocked("the keyring is locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.refuses:
            raise keyring.errors.KeyringLocked("the keyring is locked")
        self.kept[service, username] = password


@pytest.fixture
def with_keyring() -> Callable[[MemoryKeyring], None]:
    """Puts a keyring in the place of the system's, for one test."""
    before = keyring.get_keyring()
    yield keyring.set_keyring  # type: ignore[misc]
    keyring.set_keyring(before)


def test_the_key_can_live_in_the_keyring(folder: Path, with_keyring: Callable[[MemoryKeyring], None]) -> None:
    """`velox data encrypt --keyring` makes a key, keeps it there, and everything afterwards uses it."""
    with_keyring(MemoryKeyring())
    with ExperienceStore.open() as store:
        fill(store)
    assert main(["data", "encrypt", "--keyring"]) == 0
    assert traces(folder) == []
    with ExperienceStore.open() as store:
        found = store.find_suggestion("s1")
        assert found is not None
        assert found.old_function == SECRET


def test_a_locked_keyring_is_an_error_and_not_a_plain_row(
    folder: Path, with_keyring: Callable[[MemoryKeyring], None]
) -> None:
    """Where the key is in a keyring that does not open, nothing is written, and the error says what to do."""
    folder.mkdir(parents=True)
    sealing.marker().write_text("")
    with_keyring(MemoryKeyring(refuses=True))
    with ExperienceStore.open() as store, pytest.raises(VeloxError) as caught:
        fill(store)
    assert caught.value.code == "no-keyring"
    assert traces(folder) == []


def test_text_that_looks_encrypted_comes_back_as_it_was(folder: Path) -> None:
    """A note that begins like a sealed one is not mistaken for one."""
    with ExperienceStore.open() as store:
        for note in ("velox-sealed:gAAAA", "velox-plain:x", ""):
            store.record_feedback(f"s-{note}", "accepted", note=note)
            assert store.list_feedback(limit=1)[0].note == note


def test_without_a_key_nothing_of_cryptography_is_imported(folder: Path) -> None:
    """The price of encryption is paid by those who asked for it."""
    code = (
        "import sys; from velox_engine.experience import ExperienceStore\n"
        "with ExperienceStore.open() as store: store.record_feedback('s', 'accepted')\n"
        "print('cryptography' in sys.modules, 'keyring' in sys.modules)"
    )
    environment = {**os.environ, "VELOX_DATA_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]


def test_rows_are_sealed_one_by_one(folder: Path, key: str) -> None:
    """Two equal texts do not look equal on disk, so that it does not tell what was offered twice."""
    with ExperienceStore.open() as store:
        for name in ("a", "b"):
            store.record_suggestion(SuggestionRecord(id=name, path="m.py", function="f", old_function=SECRET))
        path = store.path
    assert path is not None
    raw = sqlite3.connect(path)
    one, other = (row[0] for row in raw.execute("SELECT old_function FROM suggestions"))
    raw.close()
    assert one != other
