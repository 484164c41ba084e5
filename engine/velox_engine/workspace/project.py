"""Finds what a file belongs to: the project's root, its import path, and the interpreter that runs it."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from velox_engine.settings import Settings
from velox_engine.types import VeloxError

_ROOT_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git", ".hg", "requirements.txt")
_ENVIRONMENTS = (".venv", "venv", "env")


@dataclass(frozen=True, slots=True)
class Project:
    """Where a file's code lives and how it imports."""

    root: Path
    interpreter: str
    search_path: tuple[str, ...]  # put in front of sys.path, nearest first
    module: str  # dotted name of the file's module
    package: str  # "" outside packages
    note: str = ""  # why this interpreter, where it is not the obvious one
    site: tuple[str, ...] = ()  # where the interpreter's installed packages are


def find_root(path: Path) -> Path:
    """Return the nearest folder above `path` that looks like a project, else the file's own folder."""
    path = path.resolve()  # or a relative path would hide what lies above the current folder
    folder = path if path.is_dir() else path.parent
    for place in (folder, *folder.parents):
        if any((place / mark).exists() for mark in _ROOT_MARKS):
            return place
    return folder


def locate(path: Path, text: str, *, interpreter: str = "") -> Project:
    """Describe the project of the module `text` at `path`.

    `interpreter` is the setting of that name; empty means: look for one.
    Raises VeloxError `no-interpreter` when the setting names none that runs.
    """
    path = path.resolve()
    root = find_root(path)
    folder, parts = path.parent, [path.stem]
    while (folder / "__init__.py").exists() and folder != folder.parent:
        parts.insert(0, folder.name)
        folder = folder.parent
    package = ".".join(parts[:-1])
    if parts[-1] == "__init__":
        parts, package = parts[:-1], ".".join(parts[:-1])
    module = ".".join(part for part in parts if part.isidentifier()) or "module"
    if module == "__main__":
        module = "main_module"
    places = [folder]
    places += [place for place in (root / "src", root) if place.is_dir() and place not in places]
    needed = imported_packages(text)
    chosen, note = _choose_interpreter(root, needed, interpreter)
    probed = _probe(chosen, needed)
    site = probed.site if probed is not None else ()
    return Project(root, chosen, tuple(str(place) for place in places), module, package, note, site)


def interpreter_with(root: Path, package: str, setting: str) -> str:
    """Return the interpreter of the project at `root`, of several the first that has `package`.

    `setting` is the setting `interpreter`. Raises VeloxError `no-interpreter`.
    """
    return _choose_interpreter(root, (package,), setting)[0]


def importable(project: Project, settings: Settings) -> frozenset[str]:
    """Packages that rewrites may import although the file does not: NumPy, where it is wanted and installed."""
    if not settings.numpy:
        return frozenset()
    probed = _probe(project.interpreter, ("numpy",))
    return frozenset() if probed is None or probed.missing else frozenset({"numpy"})


def moved(project: Project, root: Path, copy: Path) -> Project:
    """Describe the same project in another place: what lies under `root` lies under `copy` there."""
    root = root.resolve()

    def place(path: str | Path) -> Path:
        return copy / Path(path).relative_to(root) if Path(path).is_relative_to(root) else Path(path)

    return replace(
        project, root=place(project.root), search_path=tuple(str(place(path)) for path in project.search_path)
    )


def imported_packages(text: str) -> tuple[str, ...]:
    """Return the top-level packages the module needs from outside the standard library."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return tuple(sorted(names - sys.stdlib_module_names))


def _choose_interpreter(root: Path, needed: tuple[str, ...], setting: str) -> tuple[str, str]:
    if setting:
        found = shutil.which(os.path.expanduser(setting)) or shutil.which(str(root / setting))
        probed = _probe(found, ()) if found else None
        if probed is None:
            raise VeloxError(
                "no-interpreter",
                f"The interpreter {setting!r} does not run.",
                "Set `interpreter` to the Python of your project, or leave it empty.",
            )
        return probed.executable, ""
    candidates = _interpreters(root)
    first_working = ""
    for candidate in candidates:
        probed = _probe(candidate, needed)
        if probed is None:
            continue
        executable = probed.executable
        if not probed.missing:
            note = ""
            if first_working:
                note = f"using {executable}: {first_working} lacks what the file imports"
            return executable, note
        first_working = first_working or executable
    if not first_working:
        raise VeloxError("no-interpreter", "No Python interpreter was found.", "Set `interpreter`.")
    return first_working, ""


def _interpreters(root: Path) -> list[str]:
    """List interpreters to try: the project's environment, the active one, the PATH's, Velox's own."""
    leaf = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    homes = [root / name for name in _ENVIRONMENTS]
    homes += [Path(os.environ[key]) for key in ("VIRTUAL_ENV", "CONDA_PREFIX") if os.environ.get(key)]
    found = [str(home.joinpath(*leaf)) for home in homes if home.joinpath(*leaf).exists()]
    found += [path for name in ("python3", "python") if (path := shutil.which(name))]
    found.append(sys.executable)
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Probed:
    """What an interpreter says about itself."""

    executable: str  # behind the name, not the shim in front of it
    missing: tuple[str, ...]  # which of the packages asked for it lacks
    site: tuple[str, ...]


@lru_cache(maxsize=256)
def _probe(interpreter: str, needed: tuple[str, ...]) -> _Probed | None:
    """Ask an interpreter; None when it does not run or is older than 3.9."""
    code = (
        "import sys, importlib.util as u\n"
        "assert sys.version_info >= (3, 9)\n"
        "print(sys.executable)\n"
        "print(*[p for p in sys.path if p.endswith(('site-packages', 'dist-packages'))], sep='\\0')\n"
        "for n in sys.argv[1:]:\n"
        "    try: ok = u.find_spec(n) is not None\n"
        "    except Exception: ok = False\n"
        "    if not ok: print(n)"
    )
    try:
        done = subprocess.run(
            [interpreter, "-s", "-c", code, *needed],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
            cwd=os.path.dirname(interpreter) or None,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    executable, site, *missing = done.stdout.splitlines()
    return _Probed(executable or interpreter, tuple(missing), tuple(filter(None, site.split("\0"))))
