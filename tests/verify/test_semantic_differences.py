"""The oracle, item by item: each visible difference is refuted by the real verifier, or named as a caveat."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.verify.verifier import Prepared, Unverifiable, Verifier
from velox_engine.workspace.project import locate

PAGE = Path(__file__).with_name("semantic_pairs.md").read_text(encoding="utf-8")


def read_page(kind: str) -> list[tuple[str, ...]]:
    """(title, code, …) of each section of the page under the heading that starts with `kind`."""
    (chapter,) = [part for part in re.split(r"^# ", PAGE, flags=re.MULTILINE) if part.startswith(kind)]
    sections = re.split(r"^## ", chapter, flags=re.MULTILINE)[1:]
    blocks = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [(section.partition("\n")[0], *blocks.findall(section)) for section in sections]


DIFFERENT, OUTSIDE, BEYOND = read_page("Refuted"), read_page("Caveat"), read_page("Unverifiable")


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Verifier]:
    """One verifier for all pairs; few inputs, so that what is found does not rest on luck with many."""
    folder = tmp_path_factory.mktemp("pairs")
    settings = Settings(input_seconds=0.3, input_count=100, cache=False)
    with Verifier(locate(folder / "pair.py", "", interpreter=sys.executable), settings) as made:
        yield made


def prepare(verifier: Verifier, old: str) -> Prepared:
    """The original's side; nothing is timed."""
    name = "Box.f" if old.startswith("class Box") else "f"
    return verifier.prepare(SourceFile.from_text(old, verifier.project.root / "pair.py"), name, timing=False)


def _named(rows: list[tuple[str, ...]]) -> list[object]:
    return [pytest.param(*row[1:], id=row[0].replace(" ", "-")) for row in rows]


def test_the_table_is_long_enough() -> None:
    """At least 40 kinds of difference, no two of them the same pair."""
    assert len({(old, new) for _, old, new in DIFFERENT}) == len(DIFFERENT) >= 40


@pytest.mark.parametrize(("old", "new"), _named(DIFFERENT))
def test_a_difference_that_callers_can_see_is_refuted(verifier: Verifier, old: str, new: str) -> None:
    """With an example that shows both sides; while the original, written with other white space, agrees with itself."""
    prepared = prepare(verifier, old)
    verdict = verifier.check(prepared, new)
    assert verdict.status == "refuted", verdict.reason
    assert verdict.counterexample is not None
    assert verdict.counterexample.says
    itself = verifier.check(prepared, old.replace("\n    ", "\n\n    ") + "\n# the same\n")
    assert itself.status == "verified", itself.reason
    assert not itself.caveats


@pytest.mark.parametrize(("old", "new"), _named(OUTSIDE))
def test_a_difference_outside_the_domain_is_a_caveat(verifier: Verifier, old: str, new: str) -> None:
    """It is shown with its example, and refutes only under `strict`."""
    verdict = verifier.check(prepare(verifier, old), new)
    assert verdict.status == "verified", verdict.reason
    assert verdict.caveats


@pytest.mark.parametrize(
    ("title", "old"), [pytest.param(*row, id=row[0].replace(" ", "-")) for row in BEYOND]
)
def test_what_cannot_be_compared_is_unverifiable_with_the_reason(
    verifier: Verifier, title: str, old: str
) -> None:
    """Clocks, files, processes and visible addresses are named, not guessed about."""
    reason = title.partition(": ")[2]
    with pytest.raises(Unverifiable) as stop:
        prepare(verifier, old)
    assert reason in stop.value.reason
