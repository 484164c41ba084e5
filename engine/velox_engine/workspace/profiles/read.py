"""Recognises the formats of profilers: cProfile, pyinstrument, speedscope (py-spy and others) and Scalene."""

from __future__ import annotations

import json
import pstats
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from velox_engine.types import VeloxError
from velox_engine.workspace.profiles.profile import Entry, Frame, Profile, from_stacks

FORMATS: Final = (
    "cProfile (.prof, .pstats), pyinstrument (-r json), speedscope (py-spy -f speedscope), Scalene (JSON)"
)


def read_profile(path: Path) -> Profile:
    """Read a profile of any known format; raises VeloxError `not-found` or `bad-profile`."""
    try:
        with path.open("rb") as file:
            start = file.read(2)
    except FileNotFoundError as error:
        raise VeloxError("not-found", f"{path} does not exist", "check the path") from error
    except OSError as error:
        raise VeloxError(
            "bad-profile", f"{path} cannot be read: {error.strerror}", "check the path"
        ) from error
    try:
        profile = _from_cprofile(path) if _is_cprofile(start) else _from_json(json.loads(path.read_bytes()))
    except (ValueError, KeyError, TypeError, IndexError, EOFError, AttributeError, RecursionError) as error:
        raise VeloxError(
            "bad-profile", f"{path} is no profile that Velox can read", f"It reads {FORMATS}."
        ) from error
    if not profile.entries:
        raise VeloxError("bad-profile", f"{path} holds no measurements", "Let the program run longer.")
    return profile


def _is_cprofile(start: bytes) -> bool:
    """Say whether a file begins as a marshalled dictionary whose first key is a tuple.

    Nothing else goes to `marshal`, which trusts the lengths it reads and would ask for all memory.
    """
    unflagged = bytes(byte & 0x7F for byte in start)
    return unflagged in (b"{(", b"{)")


def _from_cprofile(path: Path) -> Profile:
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, Any]]
    stats = pstats.Stats(str(path)).stats  # pyright: ignore[reportAttributeAccessIssue]
    entries = tuple(
        Entry(Frame(file, line, name), float(own), float(total))
        for (file, line, name), (_, _, own, total, _) in stats.items()
    )
    return Profile(entries, sum(entry.own for entry in entries))


def _from_json(document: Mapping[str, Any]) -> Profile:
    if "root_frame" in document:
        return from_stacks(_pyinstrument(document["root_frame"]))
    if "shared" in document and "profiles" in document:
        return from_stacks(_speedscope(document))
    if "files" in document and "elapsed_time_sec" in document:
        return _scalene(document)
    raise ValueError("unknown keys")


def _pyinstrument(root: Mapping[str, Any]) -> Iterator[tuple[list[Frame], float]]:
    pending: list[tuple[Mapping[str, Any], list[Frame]]] = [(root, [])]
    while pending:
        node, above = pending.pop()
        stack = [*above, Frame(str(node["file_path"]), int(node["line_no"]), str(node["function"]))]
        children = node.get("children", ())
        spent = float(node["time"]) - sum(float(child["time"]) for child in children)
        yield stack, max(0.0, spent)
        pending += ((child, stack) for child in children)


def _speedscope(document: Mapping[str, Any]) -> Iterator[tuple[list[Frame], float]]:
    frames = [
        Frame(str(frame.get("file") or ""), int(frame.get("line") or 0), str(frame["name"]))
        for frame in document["shared"]["frames"]
    ]
    for profile in document["profiles"]:
        if profile["type"] == "sampled":
            for sample, weight in zip(profile["samples"], profile["weights"], strict=True):
                yield [frames[index] for index in sample], float(weight)
        else:
            yield from _events(profile, frames)


def _events(profile: Mapping[str, Any], frames: list[Frame]) -> Iterator[tuple[list[Frame], float]]:
    """Turn openings and closings of frames into the stacks between them."""
    stack: list[Frame] = []
    before = float(profile["startValue"])
    for event in profile["events"]:
        now = float(event["at"])
        # A frame such as `[self]`, of no file, is time of the one that holds it.
        shown = stack[:]
        while shown and not shown[-1].file:
            shown.pop()
        if shown and now > before:
            yield shown, now - before
        before = now
        if event["type"] == "O":
            stack.append(frames[event["frame"]])
        else:
            stack.pop()


def _scalene(document: Mapping[str, Any]) -> Profile:
    seconds = float(document["elapsed_time_sec"])
    entries: list[Entry] = []
    for file, report in document["files"].items():
        for line in report["lines"]:
            percent = sum(
                float(line.get(key, 0.0))
                for key in ("n_cpu_percent_python", "n_cpu_percent_c", "n_sys_percent")
            )
            if percent > 0:
                own = seconds * percent / 100
                # Scalene counts lines, not calls: what a function calls is not known.
                entries.append(Entry(Frame(str(file), int(line["lineno"]), ""), own, own))
    return Profile(tuple(entries), seconds)
