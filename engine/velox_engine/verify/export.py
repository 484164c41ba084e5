"""Turns counterexamples into a pytest file that fails on the rewrite and passes on the original."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from velox_engine.types import Difference, VeloxError
from velox_engine.verify import observer
from velox_engine.verify.sandbox import Case, LoadFailure, Program, Sandbox, decode
from velox_engine.workspace.project import Project

_FUTURE = re.compile(r"^from __future__ import .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Counterexample:
    """One refuted function, with what the original does on the input that refutes."""

    project: Project  # of the file that is to be tested
    function: str
    inputs: str
    expected: str


def observe_both(
    sandbox: Sandbox, old: Program, new_source: str, difference: Difference, project: Project
) -> Counterexample | None:
    """Run the difference's input on both sides as the test will; None when the test could not tell them apart."""
    if not difference.replay:
        return None
    expected = _observe(sandbox, old, difference.replay)
    if expected is None or expected != _observe(sandbox, old, difference.replay):
        return None
    if expected == _observe(sandbox, replace(old, source=new_source), difference.replay):
        return None
    return Counterexample(project, old.function, difference.replay, expected)


def _observe(sandbox: Sandbox, program: Program, inputs: str) -> str | None:
    text = Path(observer.__file__).read_text(encoding="utf-8")
    call = "\n\ndef _velox_exported(name, inputs):\n    return _velox_observe(globals(), name, inputs)\n"
    whole = replace(program, source=f"{program.source}\n\n{text}{call}", function="_velox_exported")
    try:
        with sandbox.start(whole) as run:
            (outcome,) = run.call([Case((program.function, inputs))])
    except LoadFailure:
        return None
    return str(decode(outcome.payload).value) if outcome.kind == "returned" else None


def write_tests(path: Path, found: Sequence[Counterexample]) -> None:
    """Write the test file; raises VeloxError `not-writable`."""
    try:
        path.write_text(test_text(path, found), encoding="utf-8")
    except OSError as error:
        raise VeloxError(
            "not-writable", f"{path} cannot be written: {error.strerror}.", "Choose another file."
        ) from error


def test_text(path: Path, found: Sequence[Counterexample]) -> str:
    """The text of the test file, which needs pytest and the code under test and nothing of Velox."""
    folder = path.resolve().parent
    places = list(dict.fromkeys(os.path.relpath(item.project.search_path[0], folder) for item in found))
    head = '"""Inputs on which a rewrite behaved differently: the behaviour of the original is expected."""\n'
    text = Path(observer.__file__).read_text(encoding="utf-8")
    body = text[text.index("import asyncio") :]
    imports, _, helpers = body.partition("\n\n\n")
    imports = (
        imports.replace("import asyncio\n", "import asyncio\n", 1) + "\nfrom importlib import import_module\n"
    )
    imports = imports.replace("import random\nimport warnings", "import random\nimport sys\nimport warnings")
    parts = [head, imports + "from pathlib import Path\n"]
    parts += [f"sys.path.insert(0, str(Path(__file__).resolve().parent / {place!r}))" for place in places]
    parts.append("\n\n" + helpers.rstrip() + "\n")
    names: set[str] = set()
    for item in found:
        name = f"test_{item.function.replace('.', '_')}_keeps_its_behaviour"
        while name in names:
            name += "_too"
        names.add(name)
        lines = "\n".join(f"        {line!r}," for line in item.expected.split("\n"))
        parts.append(
            f"\n\ndef {name}():\n"
            f"    module = import_module({item.project.module!r})\n"
            f"    inputs = {item.inputs!r}\n"
            f"    assert _velox_observe(vars(module), {item.function!r}, inputs).split('\\n') == [\n{lines}\n    ]\n"
        )
    return "\n".join(parts)
