"""What a file belongs to: root, module name, import path, interpreter."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from velox_engine.types import VeloxError
from velox_engine.workspace.project import find_root, locate


def test_module_in_a_package_gets_its_dotted_name(tmp_path: Path) -> None:
    """Relative imports need the package, absolute ones the folder above it."""
    (tmp_path / "pyproject.toml").touch()
    folder = tmp_path / "src/shop/core"
    folder.mkdir(parents=True)
    for package in (tmp_path / "src/shop", folder):
        (package / "__init__.py").touch()
    project = locate(folder / "cart.py", "", interpreter=sys.executable)
    assert (project.module, project.package) == ("shop.core.cart", "shop.core")
    assert project.search_path[0] == str(tmp_path / "src")
    assert project.root == tmp_path


def test_lone_file_is_its_own_project(tmp_path: Path) -> None:
    """A script outside any project imports from its own folder."""
    project = locate(tmp_path / "script.py", "", interpreter=sys.executable)
    assert (project.module, project.package) == ("script", "")
    assert project.search_path[0] == str(tmp_path)


def test_root_is_the_nearest_marked_folder(tmp_path: Path) -> None:
    """A nested project wins over the one around it."""
    inner = tmp_path / "a/b"
    inner.mkdir(parents=True)
    (tmp_path / "setup.py").touch()
    assert find_root(inner / "x.py") == tmp_path
    (inner / "pyproject.toml").touch()
    assert find_root(inner / "x.py") == inner


def test_interpreter_setting_that_does_not_run_is_an_error(tmp_path: Path) -> None:
    """A wrong path says what to do."""
    with pytest.raises(VeloxError, match="does not run") as caught:
        locate(tmp_path / "x.py", "", interpreter=str(tmp_path / "no-python"))
    assert caught.value.code == "no-interpreter"


def test_interpreter_that_has_the_imports_is_preferred(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the first interpreter lacks what the file imports, the next that has it is used, and it is said."""
    fake = tmp_path / "bin"
    fake.mkdir()
    bare = fake / "python3"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')  # no site-packages
    bare.chmod(0o755)
    monkeypatch.setenv("PATH", str(fake))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    plain = locate(tmp_path / "x.py", "import json\n")
    assert plain.interpreter == sys.executable
    needs = locate(tmp_path / "x.py", "import numpy\n")
    assert needs.interpreter == sys.executable
    assert "lacks" in needs.note
