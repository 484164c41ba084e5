"""NumPy in a module that does not import it: only where it is asked for, and where the person's interpreter has it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from velox_engine.advisor.advise import Advisor
from velox_engine.settings import Settings, parse
from velox_engine.source.document import SourceFile

BELOW = """\
def below(left: list[float], right: list[float]) -> int:
    count = 0
    for one in left:
        for two in right:
            if one < two:
                count += 1
    return count
"""
NOTHING = "def nothing(a):\n    return a\n"


def advisor(folder: Path, settings: Settings) -> Advisor:
    """The advisor of a lone module, which runs nothing before it is asked to optimise."""
    return Advisor.for_file(SourceFile.from_text(BELOW + NOTHING, folder / "m.py"), settings)


def bare_python(folder: Path) -> str:
    """An interpreter without any package."""
    bare = folder / "python3"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    bare.chmod(0o755)
    return str(bare)


def test_numpy_is_off_until_it_is_asked_for(tmp_path: Path) -> None:
    """The setting makes a function worth trying that nothing else applies to."""
    source = SourceFile.from_text(BELOW + NOTHING, tmp_path / "m.py")
    for settings, found in ((parse({}), []), (parse({"numpy": True}), ["below"])):
        with advisor(tmp_path, settings.replace(interpreter=sys.executable)) as made:
            assert made.functions(source) == found


def test_interpreter_without_numpy_is_named_as_the_reason(tmp_path: Path) -> None:
    """No rewrite is made that could not be imported, and the answer says why there is none."""
    source = SourceFile.from_text(BELOW + NOTHING, tmp_path / "m.py")
    settings = parse({"numpy": True, "interpreter": bare_python(tmp_path)})
    with advisor(tmp_path, settings) as made:
        # What the shim starts says that it is the real interpreter.
        made.project = replace(made.project, interpreter=settings.interpreter)
        assert made.functions(source) == []
        assert "cannot import NumPy" in made.optimize(source, "below").reason
