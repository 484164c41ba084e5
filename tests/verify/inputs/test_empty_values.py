"""Empty containers are among the core inputs, whatever other types were tried before."""

from __future__ import annotations

from pathlib import Path

import pytest

from velox_engine.settings import parse
from velox_engine.source.document import SourceFile
from velox_engine.verify.verifier import Verifier
from velox_engine.workspace.project import locate

COUNT = "    count = 0\n    for value in values:\n        if value == 1:\n            count += 1\n    return count\n"


@pytest.mark.parametrize(
    ("hint", "empty"),
    [
        ("list[int]", []),
        ("list[str]", []),
        ("dict[int, str]", {}),
        ("tuple[int, ...]", ()),
        ("set[int]", set()),
    ],
)
def test_an_empty_container_is_core(tmp_path: Path, hint: str, empty: object) -> None:
    """A rewrite that fails on nothing at all is refuted, not shown with a caveat and not accepted."""
    text = f"def f(values: {hint}) -> int:\n{COUNT}"
    path = tmp_path / "f.py"
    path.write_text(text)
    with Verifier(locate(path, text), parse({"input_seconds": 0.5})) as verifier:
        prepared = verifier.prepare(SourceFile.from_text(text, path), "f")
        assert [case.args for case in prepared.core if case.args == (empty,)]
        refused = verifier.check(
            prepared, text.replace("    count = 0\n", "    count = 0\n    max(values)\n")
        )
    assert refused.status == "refuted"
    assert refused.counterexample is not None
    assert repr(empty) in refused.counterexample.inputs
