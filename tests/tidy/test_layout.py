"""The layout's invariants (docs/architecture.md): names, docstrings, sizes, who may import what."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = [ROOT / "engine/velox_engine", ROOT / "server/velox_server", ROOT / "models/velox_models"]
MODULES = sorted(path for package in PACKAGES for path in package.rglob("*.py"))
CHILD = ROOT / "engine/velox_engine/verify/sandbox/child.py"
RECORDER = ROOT / "engine/velox_engine/verify/recording/recorder.py"
LONGEST_MODULE = 500
# Self-contained files by design: they are started by path under an interpreter that has nothing of Velox.
MAY_BE_LONG = {CHILD, RECORDER}


def imported(path: Path) -> set[str]:
    """Return the dotted names that a module imports anywhere, also inside functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names


def importers_of(*packages: str) -> set[Path]:
    """Return the modules that import one of `packages`."""
    return {path for path in MODULES if any(name.partition(".")[0] in packages for name in imported(path))}


def test_nothing_named_engine_or_server_reaches_site_packages() -> None:
    """The folders above the packages are not packages themselves."""
    assert not [name for name in ("engine", "server", "models") if (ROOT / name / "__init__.py").exists()]


def test_only_training_imports_torch() -> None:
    """Torch stays out of everything a person runs while typing."""
    training = ROOT / "engine/velox_engine/training"
    users = importers_of("torch", "gymnasium")
    assert users, "the check sees no import of torch at all"
    assert not {path for path in users if training not in path.parents}


def test_only_the_server_knows_the_protocol() -> None:
    """Language Server Protocol types stay in the server."""
    server = ROOT / "server/velox_server"
    users = importers_of("pygls", "lsprotocol")
    assert users, "the check sees no import of pygls at all"
    assert not {path for path in users if server not in path.parents}


@pytest.mark.parametrize("path", [CHILD, RECORDER], ids=lambda path: path.name)
def test_what_runs_in_the_persons_process_needs_only_the_standard_library(path: Path) -> None:
    """It runs under the person's interpreter, where nothing of Velox is installed."""
    names = {name.partition(".")[0] for name in imported(path)}
    optional = {"numpy", "pandas"}  # looked for in sys.modules only when the person's code imported them
    assert not names - sys.stdlib_module_names - optional
    assert not any(name.startswith("velox") for name in names)


@pytest.mark.parametrize("path", [CHILD, RECORDER], ids=lambda path: path.name)
def test_what_runs_in_the_persons_process_parses_on_the_oldest_interpreter(path: Path) -> None:
    """No syntax newer than 3.9."""
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_says_what_it_does(path: Path) -> None:
    """Each module opens with a sentence, has a telling name and stays readable in length."""
    assert path.stem not in {"utils", "helpers", "common", "misc"}
    text = path.read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(text))
    assert docstring, "no module docstring"
    first = docstring.splitlines()[0]
    assert first.rstrip()[-1] in ".!?:,;" or len(docstring.splitlines()) > 1, first
    assert path in MAY_BE_LONG or text.count("\n") <= LONGEST_MODULE, "asks to be two modules"


def test_no_rule_strategy_or_test_is_skipped_for_good() -> None:
    """A test that is skipped or expected to fail without a condition shows nothing."""
    marks = ("pytest.mark.skip(", "pytest.mark.skip\n", "pytest.mark.xfail")
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("test_*.py")
        if path != Path(__file__) and any(mark in path.read_text(encoding="utf-8") for mark in marks)
    ]
    assert not found
