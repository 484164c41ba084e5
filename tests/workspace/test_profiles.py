"""Profiles of every known format tell the same story of a program."""

from __future__ import annotations

import cProfile
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from velox_engine.types import VeloxError
from velox_engine.workspace.profiles import Profile, Share, read_profile

SOURCE = """\
def slow(n):
    out = []
    for i in range(n):
        if i not in out:
            out.append(i)
    return out

def main():
    slow(800)
    return sum(i for i in range(10))

main()
"""
MAIN, SLOW = ("main", 8, 10), ("slow", 1, 6)


def frame(
    function: str, line: int, time: float, *children: Any, file: str = "shop/work.py"
) -> dict[str, Any]:
    node = {"function": function, "file_path": file, "line_no": line, "time": time}
    return {**node, "children": list(children)}


# 10 s in all: 1 s in main itself, 6 s in slow, 3 s in a library that main calls.
PYINSTRUMENT = {
    "root_frame": frame(
        "<module>",
        1,
        10.0,
        frame("main", 8, 10.0, frame("slow", 1, 6.0), frame("read", 5, 3.0, file="/lib/io.py")),
    )
}
FRAMES = [
    {"name": "main", "file": "shop/work.py", "line": 9},
    {"name": "slow", "file": "shop/work.py", "line": 4},
    {"name": "read", "file": "/lib/io.py", "line": 5},
    {"name": "[self]", "file": None, "line": None},
]
SAMPLED = {
    "shared": {"frames": FRAMES},
    "profiles": [{"type": "sampled", "samples": [[0], [0, 1], [0, 2]], "weights": [1, 6, 3]}],
}
EVENTED = {
    "shared": {"frames": FRAMES},
    "profiles": [
        {
            "type": "evented",
            "startValue": 2,
            "events": [
                {"type": kind, "frame": index, "at": at}
                for kind, index, at in [
                    ("O", 0, 2),
                    ("O", 3, 2),
                    ("C", 3, 3),
                    ("O", 1, 3),
                    ("C", 1, 9),
                    ("O", 2, 9),
                    ("C", 2, 12),
                    ("C", 0, 12),
                ]
            ],
        }
    ],
}
SCALENE = {
    "elapsed_time_sec": 10.0,
    "files": {
        "shop/work.py": {
            "lines": [
                {"lineno": 9, "n_cpu_percent_python": 10.0, "n_cpu_percent_c": 0.0, "n_sys_percent": 0.0},
                {"lineno": 4, "n_cpu_percent_python": 50.0, "n_cpu_percent_c": 8.0, "n_sys_percent": 2.0},
                {"lineno": 3, "n_cpu_percent_python": 0.0},
            ]
        }
    },
}


def share(profile: Profile, path: Path, place: tuple[str, int, int]) -> Share:
    return Share(*(round(value, 6) for value in profile.share(path, *place)))


@pytest.mark.parametrize(
    "document", [PYINSTRUMENT, SAMPLED, EVENTED], ids=["pyinstrument", "sampled", "evented"]
)
def test_stacks_become_own_and_total_shares(tmp_path: Path, document: Any) -> None:
    """A function's own time is apart from what it calls, and the file is found by the end of its path."""
    path = tmp_path / "profile.json"
    path.write_text(json.dumps(document))
    profile = read_profile(path)
    work = tmp_path / "shop" / "work.py"
    assert share(profile, work, SLOW) == (0.6, 0.6)
    assert share(profile, work, MAIN) == (0.1, 1.0)
    assert share(profile, tmp_path / "other" / "work.py", SLOW) == (0, 0), "another file of that name"


def test_scalene_gives_own_time_by_line(tmp_path: Path) -> None:
    """Python, native and system time of the function's lines are added up."""
    path = tmp_path / "profile.json"
    path.write_text(json.dumps(SCALENE))
    assert share(read_profile(path), tmp_path / "shop" / "work.py", SLOW) == (0.6, 0.6)


def test_a_real_cprofile_dump_points_at_the_slow_function(tmp_path: Path) -> None:
    """What `python -m cProfile -o` writes is read, comprehensions included in their function."""
    work, dump = tmp_path / "work.py", tmp_path / "work.prof"
    work.write_text(SOURCE)
    profiler = cProfile.Profile()
    space: dict[str, object] = {}
    profiler.runctx(compile(SOURCE, str(work), "exec"), space, space)  # type: ignore[arg-type]
    profiler.dump_stats(dump)
    profile = read_profile(dump)
    slow, main = share(profile, work, SLOW), share(profile, work, MAIN)
    assert slow.own > main.own > 0
    assert main.total >= slow.total >= slow.own


def test_time_of_a_nested_function_is_not_its_parents(tmp_path: Path) -> None:
    """Lines that are counted on their own are left out."""
    path = tmp_path / "profile.json"
    path.write_text(json.dumps(SCALENE))
    whole = read_profile(path).share(tmp_path / "shop" / "work.py", "outer", 1, 20, [(1, 6)])
    assert round(whole.own, 6) == 0.1


def test_recursion_counts_once() -> None:
    """A function that is on a stack twice was not running twice as long."""
    from velox_engine.workspace.profiles.profile import Frame, from_stacks

    outer, inner = Frame("a.py", 2, "walk"), Frame("a.py", 3, "walk")
    profile = from_stacks([([outer, inner, inner], 4.0)])
    assert profile.share(Path("a.py"), "walk", 1, 5) == (1.0, 1.0)


@pytest.mark.parametrize(
    "write",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"\x00\xff garbage"),
        lambda path: path.write_text("{}"),
        lambda path: path.write_text('{"root_frame": 3}'),
        lambda path: path.write_text('{"shared": {"frames": []}, "profiles": []}'),
        lambda path: path.write_text("[" * 100_000),  # to marshal, a list of 1.5 thousand million
        lambda path: path.write_text("{" * 100_000),
    ],
)
def test_what_is_no_profile_is_refused_with_what_would_be(
    tmp_path: Path, write: Callable[[Path], Any]
) -> None:
    """Garbage gets a clear error that names the formats, or says that nothing was measured."""
    path = tmp_path / "profile"
    write(path)
    with pytest.raises(VeloxError) as caught:
        read_profile(path)
    assert caught.value.code == "bad-profile"
    assert caught.value.hint
