"""Runs a command with the sampler inside every interpreter it starts, and makes one profile of what they saw."""

from __future__ import annotations

import ast
import contextlib
import inspect
import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from velox_engine.types import VeloxError
from velox_engine.verify.profiling import sampler
from velox_engine.verify.recording import recorder
from velox_engine.verify.recording.session import run_command

_SCHEMA = "https://www.speedscope.app/file-format-schema.json"
_NANOSECONDS = 1e-9


@dataclass(frozen=True, slots=True)
class Profiled:
    """How a profiled command ended."""

    exit_code: int
    processes: int  # interpreters that used processor time
    seconds: float  # of processor time, in all of them
    cancelled: bool


def profile_command(
    command: Sequence[str], target: Path, *, interval: float, output: int | None = None
) -> Profiled:
    """Run `command`, look at its stacks every `interval` seconds, and write a speedscope profile to `target`.

    `output` is a descriptor for the command's standard output; its own when None. Ctrl-C reaches the command, and
    what was seen until then is kept. Raises VeloxError `bad-command` or `not-writable`.
    """
    with tempfile.TemporaryDirectory(prefix="velox-profile-") as scratch:
        hook, samples = Path(scratch, "hook"), Path(scratch, "samples")
        hook.mkdir()
        samples.mkdir()
        shutil.copyfile(sampler.__file__, hook / "sitecustomize.py")
        # Only what the sampler needs of it: every interpreter that starts compiles this anew, or reads it.
        (hook / "velox_startup.py").write_text("import os, sys\n\n" + inspect.getsource(recorder.step_aside))
        variables = {sampler.FOLDER_VARIABLE: str(samples), sampler.INTERVAL_VARIABLE: str(interval)}
        code, cancelled = run_command(command, hook, variables, output)
        document = _speedscope(samples, " ".join(command))
    profiles = document["profiles"]
    try:
        target.write_text(json.dumps(document), encoding="utf-8")
    except OSError as error:
        raise VeloxError(
            "not-writable", f"{target} could not be written: {error.strerror}.", "Name another with --output."
        ) from error
    return Profiled(code, len(profiles), sum(profile["endValue"] for profile in profiles), cancelled)


def _speedscope(folder: Path, name: str) -> dict[str, Any]:
    """Add up what the processes wrote, as a document that speedscope and `velox scan --profile` read."""
    frames: dict[tuple[str, int, str], int] = {}
    profiles: list[dict[str, Any]] = []
    for file in sorted(folder.glob("*.samples")):
        codes: dict[int, int] = {}
        stacks: dict[int, tuple[int, ...]] = {}
        spent: defaultdict[int, int] = defaultdict(int)
        for row in _rows(file):
            match row:
                case ("frame", int(number), str(path), int(line), str(function)):
                    codes[number] = frames.setdefault((path, line, function), len(frames))
                case ("stack", int(number), tuple(members)):
                    stacks[number] = members
                case ("spent", list(pairs)):
                    for number, nanoseconds in pairs:
                        spent[number] += nanoseconds
                case _:
                    continue
        known = {number: time for number, time in spent.items() if number in stacks}
        if known:
            profiles.append(
                {
                    "type": "sampled",
                    "name": f"process {file.name.partition('-')[0]}",
                    "unit": "seconds",
                    "startValue": 0,
                    "endValue": sum(known.values()) * _NANOSECONDS,
                    "samples": [[codes[code] for code in stacks[number]] for number in known],
                    "weights": [time * _NANOSECONDS for time in known.values()],
                }
            )
    shared = [{"name": function, "file": path, "line": line} for path, line, function in frames]
    return {"$schema": _SCHEMA, "name": name, "shared": {"frames": shared}, "profiles": profiles}


def _rows(file: Path) -> Iterator[Any]:
    """The rows of one process; a last one that was cut off is passed over."""
    with file.open(encoding="ascii", errors="replace") as handle:
        for line in handle:
            if line.endswith("\n"):
                with contextlib.suppress(ValueError, SyntaxError, MemoryError, RecursionError):
                    yield ast.literal_eval(line)
