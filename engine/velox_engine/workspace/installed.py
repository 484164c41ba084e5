"""Finds the files of a package by the name it is imported by, without importing it."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from velox_engine.types import VeloxError
from velox_engine.workspace.project import interpreter_with

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*){0,20}")
# Only the top-level name is asked for: to find `a.b`, importlib would import `a`.
_ASK = (
    "import importlib.util, json, sys\n"
    "spec = importlib.util.find_spec(sys.argv[1])\n"
    "places = list(spec.submodule_search_locations or ()) if spec else []\n"
    "print(json.dumps([places, spec.origin if spec else None]))"
)


def is_package_name(text: str) -> bool:
    """Say whether a name could be imported. Ex) `sqlparse.engine`, not `src/shop.py`."""
    return _NAME.fullmatch(text) is not None


def installed_package(name: str, root: Path, setting: str) -> Path:
    """Return the folder or file of an installed package, for the interpreter that the project at `root` would use.

    `setting` is the setting `interpreter`. Raises VeloxError `not-found` where none has it as Python source.
    """
    top, *inner = name.split(".")
    interpreter = interpreter_with(root, top, setting)
    try:
        done = subprocess.run(
            [interpreter, "-I", "-c", _ASK, top], capture_output=True, text=True, timeout=20, check=True
        )
        places, origin = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        places, origin = [], None
    found = [Path(place, *inner) for place in places]
    found += [path.with_suffix(".py") for path in found]
    if not inner and not places and origin and str(origin).endswith(".py"):
        found.append(Path(origin))
    for path in found:
        if path.is_dir() or path.is_file():
            return path
    raise VeloxError(
        "not-found",
        f"{name} is no path, and {interpreter} has no package of that name in Python source",
        "check the spelling, or say which Python has it with --python",
    )
