"""A model rewrites functions of several files in one answer; all of it stands, verified, or nothing of it does."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from scripted_model import Says, scripted_model

from velox_engine.advisor import coordinated_models
from velox_engine.advisor.comparison import Comparison
from velox_engine.advisor.coordinated import CoordinatedAdvice
from velox_engine.cli.main import main
from velox_engine.settings import parse
from velox_engine.source.document import read_source
from velox_engine.strategies.coordinated.model import Coordinated
from velox_engine.strategies.llm.refusals import Refused
from velox_engine.strategies.llm.together import Part, assemble_together, connected_parts, describe
from velox_engine.strategies.propose import make_context
from velox_engine.types import Difference, VeloxError, Verdict

RANK = '''def rank(values: list[int], value: int) -> int:
    """How many are smaller."""
    return sum(1 for other in values if other < value)


def unrelated() -> str:
    return "secret plans"
'''
REPORT = """from shop.order import rank


def ranks(values: list[int]) -> list[int]:
    return [rank(values, value) for value in values]
"""
SHELF = """from shop import order


def below(values: list[int], wanted: list[int]) -> int:
    return sum(order.rank(values, value) for value in wanted)
"""
NEW_RANK = (
    "from bisect import bisect_left\n\ndef rank(ordered, value):\n    return bisect_left(ordered, value)\n"
)
NEW_RANKS = "def ranks(values):\n    ordered = sorted(values)\n    return [rank(ordered, value) for value in values]\n"
NEW_BELOW = """def below(values, wanted):
    ordered = sorted(values)
    return sum(order.rank(ordered, value) for value in wanted)
"""
WRONG_BELOW = NEW_BELOW.replace("sorted(values)", "list(values)")
QUICK = """
budget = 600
input-seconds = 0.3
input-count = 60
top-seconds = 0.005

[llm]
primary = "openai/scripted"
primary-url = "{url}"
retries = 0
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project of three modules, two of which call a function of the first."""
    project = tmp_path / "project"
    files = {
        "pyproject.toml": "",
        "shop/__init__.py": "",
        "shop/order.py": RANK,
        "shop/report.py": REPORT,
        "shop/shelf.py": SHELF,
    }
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    return project


def parts_of(shop: Path, hidden: str = "") -> list[Part]:
    context = make_context(read_source(shop / "shop/order.py"), "rank")
    return connected_parts(context, lambda path: path.name == hidden)


def answer(codes: Mapping[str, str]) -> str:
    parts = [{"module": f"shop.{module}", "code": code} for module, code in codes.items()]
    return json.dumps({"parts": parts, "note": "sorted once"})


def made(shop: Path, codes: Mapping[str, str], hidden: str = "") -> Coordinated:
    return assemble_together(parts_of(shop, hidden), answer(codes), model="m")


ALL = {"order": NEW_RANK, "report": NEW_RANKS, "shelf": NEW_BELOW}


def test_all_callers_are_shown_and_nothing_else(shop: Path) -> None:
    """The function and what calls it in other files, under their modules' names, without paths."""
    told = describe(parts_of(shop))
    for part in (
        "# module shop.order\ndef rank",
        "# module shop.report\ndef ranks",
        "# module shop.shelf\ndef below",
    ):
        assert part in told
    assert "secret plans" not in told
    assert str(shop) not in told
    assert "def below" not in describe(parts_of(shop, hidden="shelf.py"))


def test_changed_parameters_are_judged_through_every_caller(shop: Path) -> None:
    """Three files change; the function whose parameters change is not compared itself, its callers are."""
    found = made(shop, ALL)
    assert [change.path.name for change in found.files] == ["order.py", "report.py", "shelf.py"]
    assert {(path.name, name) for path, name in found.functions} == {
        ("report.py", "ranks"),
        ("shelf.py", "below"),
    }
    order, report, _ = (change.new_text for change in found.files)
    assert order.startswith("from bisect import bisect_left\n")
    assert "def unrelated() -> str:" in order
    assert "def ranks(values: list[int]) -> list[int]:" in report, "a header that stays is kept as written"


def test_kept_parameters_need_no_callers(shop: Path) -> None:
    """A rewrite of one of the functions alone is compared through that function."""
    found = made(
        shop, {"order": "def rank(values, value):\n    return sum([other < value for other in values])\n"}
    )
    assert {(path.name, name) for path, name in found.functions} == {("order.py", "rank")}


@pytest.mark.parametrize(
    ("codes", "hidden", "says"),
    [
        ({"order": NEW_RANK, "report": NEW_RANKS}, "", "leaves shop.shelf, which calls it, as it is"),
        (ALL, "shelf.py", "shop.shelf, which was not shown"),
        ({"order": NEW_RANK, "report": NEW_RANKS}, "shelf.py", "which shelf.py may use"),
        ({"elsewhere": "def f():\n    return 1\n"}, "", "shop.elsewhere, which was not shown"),
        ({**ALL, "shelf": "import os\n" + NEW_BELOW}, "", "imports os"),
        ({**ALL, "shelf": NEW_BELOW.replace("wanted):", "wanted, seen=[]):", 1)}, "", "a default"),
        ({**ALL, "order": "@cache\n" + NEW_RANK.partition("\n\n")[2]}, "", "the decorators of rank"),
        ({**ALL, "order": NEW_RANK.replace("def", "async def")}, "", "whether rank is awaited"),
        ({**ALL, "order": "def rank(:\n"}, "", "does not parse"),
        ({**ALL, "order": "def other():\n    return 1\n"}, "", "none of the functions of shop.order"),
        ({"report": REPORT.partition("\n\n\n")[2]}, "", "it changes nothing"),
    ],
)  # fmt: skip
def test_what_must_not_run_is_refused(shop: Path, codes: Mapping[str, str], hidden: str, says: str) -> None:
    """A caller left behind or out of sight, a strange module, new imports and traces: each has its reason."""
    with pytest.raises(Refused, match=says):
        made(shop, codes, hidden)


@pytest.mark.parametrize("line", ["__all__ = ['rank']\n", "FIRST = rank([1, 2], 2)\n"])
def test_parameters_that_others_rely_on_stay(shop: Path, line: str) -> None:
    """A function that the module offers to everybody, or uses while it loads, keeps its parameters."""
    path = shop / "shop/order.py"
    path.write_text(RANK + line)
    with pytest.raises(Refused, match="code outside functions uses"):
        made(shop, ALL)


def test_a_re_exported_function_keeps_its_parameters(shop: Path) -> None:
    """What a package's `__init__` names may have callers that nobody sees."""
    (shop / "shop/__init__.py").write_text("from shop.order import rank\n")
    with pytest.raises(Refused, match=r"which __init__\.py may use"):
        made(shop, ALL)


def test_code_blocks_are_read_too(shop: Path) -> None:
    """A model that cannot write JSON names the module in a comment."""
    text = "\n".join(f"```python\n# module shop.{module}\n{code}```" for module, code in ALL.items())
    assert len(assemble_together(parts_of(shop), text, model="m").files) == 3
    with pytest.raises(Refused, match="names no module"):
        assemble_together(parts_of(shop), "I would sort them once.", model="m")


def test_methods_are_not_rewritten_across_files(tmp_path: Path) -> None:
    """Who calls a method cannot be told from its name."""
    path = tmp_path / "one.py"
    path.write_text("class A:\n    def f(self):\n        return 1\n")
    with pytest.raises(VeloxError, match="no function at the module's level"):
        connected_parts(make_context(read_source(path), "A.f"), lambda path: False)


def test_a_refuted_caller_turns_all_down_until_it_is_corrected(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first answer breaks a caller and is told on which input; the second is verified and written."""
    monkeypatch.chdir(shop)
    answers = [Says(answer({**ALL, "shelf": WRONG_BELOW})), Says(answer(ALL))]
    with scripted_model(answers) as model:
        (tmp_path / "velox-config.toml").write_text(QUICK.format(url=model.url))
        asked = [
            "coordinate",
            "shop/order.py::rank",
            "--apply",
            "--format",
            "json",
            "--python",
            sys.executable,
        ]
        assert main(asked) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    first, second = document["rewrites"]
    assert not first["accepted"]
    assert first["reason"].startswith("below: ")
    assert second["accepted"]
    assert {one["name"]: one["status"] for one in second["functions"]} == {
        "ranks": "verified",
        "below": "verified",
    }
    assert "below: with " in model.prompts[1]
    assert "the original gives" in model.prompts[1]
    assert (
        (shop / "shop/shelf.py")
        .read_text()
        .endswith("return sum(order.rank(ordered, value) for value in wanted)\n")
    )
    assert "bisect_left" in (shop / "shop/order.py").read_text()


def test_a_difference_outside_the_evident_domain_turns_it_down(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a strategy may show as a caveat refutes a model's rewrite, and goes back to it."""
    caveat = Difference("results differ", "([nan], 1)", "returned 0", "returned 1")
    verdict = Verdict("verified", "", caveats=(caveat,))

    def judged(candidate: Coordinated, *rest: Any) -> CoordinatedAdvice:
        return CoordinatedAdvice(candidate, (Comparison("shop/shelf.py", "below", verdict),), True, "faster")

    monkeypatch.setattr(coordinated_models, "judge", judged)
    with scripted_model([Says(answer(ALL))]) as model:
        settings = parse({"llm_primary": "openai/x", "llm_primary_url": model.url, "cache": False})
        path = shop / "shop/order.py"
        found = list(
            coordinated_models.ask_together(path, "rank", settings, lambda message, percentage: None)
        )
    assert [one.accepted for one in found] == [False], "the repeated answer is not judged again"
    assert found[0].reason == "results differ (outside the evident domain)"
    assert "with ([nan], 1) the original gives returned 0" in model.prompts[1]
    assert len(model.requests) == 2


def test_without_a_model_nothing_is_asked(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`FILE::FUNCTION` says what is missing."""
    monkeypatch.chdir(shop)
    assert main(["coordinate", "shop/order.py::rank", "--python", sys.executable]) == 2
