"""Finds the real executable behind an interpreter's name, and starts with which environment variables."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from velox_engine.types import VeloxError


def real_executable(interpreter: str) -> str:
    """The binary to start. Version managers put shell scripts in its place, which need the user's environment."""
    path = shutil.which(os.path.expanduser(interpreter))
    if path is None:
        raise VeloxError(
            "no-interpreter",
            f"The Python interpreter {interpreter!r} does not exist or cannot be executed.",
            "Set the interpreter of your project in the settings, or pass --python.",
        )
    path = os.path.abspath(path)
    if path == sys.executable:
        return path
    return _behind_script(path, os.stat(path).st_mtime_ns)


@lru_cache(maxsize=32)
def _behind_script(path: str, changed: int) -> str:
    with open(path, "rb") as handle:
        if handle.read(2) != b"#!":
            return path
    try:
        answer = subprocess.run(
            [path, "-s", "-S", "-c", "import sys; print(sys.executable)"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=20,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _not_python(path, str(error)) from error
    found = answer.stdout.strip()
    if answer.returncode or not os.path.isfile(found):
        raise _not_python(path, answer.stderr.strip()[-300:])
    return found


def _not_python(path: str, why: str) -> VeloxError:
    return VeloxError(
        "bad-interpreter",
        f"{path} does not start as Python: {why}",
        "Choose a CPython 3.9 or later as interpreter.",
    )


CHILD = Path(__file__).with_name("child.py")
# Compiling the child takes as long as starting the interpreter: so its compiled form is kept beside it, as for any
# module, where that folder can be written.
_BOOT = (
    "import _frozen_importlib_external as e, sys; del sys.argv[0]; "
    "exec(e.SourceFileLoader('__main__', sys.argv[0]).get_code('__main__'))"
)


def child_arguments(what: str) -> list[str]:
    """What follows the interpreter on the command line that starts the child: no site, no user's packages."""
    return ["-s", "-S", "-c", _BOOT, str(CHILD), what]


def child_variables(hash_seed: int) -> dict[str, str]:
    """The environment of the child: nothing of the user's but what the dynamic linker needs."""
    variables = {
        "PATH": "/usr/bin:/bin",
        "HOME": "/nonexistent",
        "LANG": "C.UTF-8",
        # Not UTC, or what depends on the local time could not be told from what does not. Rules, so no file is read.
        "TZ": "EST5EDT,M3.2.0,M11.1.0",
        "PYTHONHASHSEED": str(hash_seed),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "NUMEXPR_NUM_THREADS": "1",
    }
    if os.name == "nt" and (root := os.environ.get("SYSTEMROOT")):
        variables["SYSTEMROOT"] = root  # without it no socket and no random number
    if library_path := os.environ.get("LD_LIBRARY_PATH"):
        variables["LD_LIBRARY_PATH"] = library_path
    return variables
