"""Reads PATH and PATH::QUALNAME arguments and the settings that apply to them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from velox_engine.settings import Settings, load_project
from velox_engine.types import VeloxError
from velox_engine.workspace.project import find_root


def split(argument: str) -> tuple[Path, str]:
    """Split `PATH::QUALNAME` (the name may be missing)."""
    path, _, name = argument.partition("::")
    return Path(path), name


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the options that override settings for one run."""
    group = parser.add_argument_group("settings for this run")
    group.add_argument("--python", metavar="PATH", help="interpreter that runs your code")
    group.add_argument("--seed", type=int, help="seed of every random choice")
    group.add_argument(
        "--strict", action="store_true", help="a difference outside the evident domain refutes"
    )
    group.add_argument("--no-cache", action="store_true", help="measure anew what is remembered")
    group.add_argument(
        "--allow-unconfined",
        action="store_true",
        help="run candidates even where the sandbox cannot confine them (dangerous)",
    )


def settings_for(path: Path, args: argparse.Namespace, base: Settings | None = None) -> Settings:
    """Return the project's settings, or `base`, with this run's options over them."""
    changes: dict[str, Any] = {}
    for option, name in (
        ("python", "interpreter"),
        ("seed", "seed"),
        ("budget", "budget"),
        ("executor", "executor"),
    ):
        value = getattr(args, option, None)
        if value is not None:
            changes[name] = value
    for option, name in (("max_suggestions", "max_suggestions"), ("test_command", "test_command")):
        value = getattr(args, option, None)
        if value is not None:
            changes[name] = value
    for option in ("strict", "allow_unconfined", "weak", "numpy"):
        if getattr(args, option, False):
            changes[option] = True
    if getattr(args, "no_model", False):
        changes["llm"] = False
    if getattr(args, "no_cache", False):
        changes["cache"] = False
    changes.update(_objective(getattr(args, "objective", None)))
    return (base or load_project(find_root(path))).replace(**changes)


def _objective(text: str | None) -> dict[str, float]:
    """Read `runtime=0.7,memory=0.3`."""
    if text is None:
        return {}
    weights: dict[str, float] = {}
    try:
        for part in text.split(","):
            name, _, value = part.partition("=")
            weights[name.strip()] = float(value)
    except ValueError:
        weights = {}
    if (
        set(weights) != {"runtime", "memory"}
        or abs(sum(weights.values()) - 1) > 1e-6
        or min(weights.values()) < 0
    ):
        raise VeloxError(
            "bad-objective",
            f"The objective {text!r} is not understood.",
            "Write two weights that sum to 1, for example --objective runtime=0.7,memory=0.3.",
        )
    return {"objective_runtime": weights["runtime"], "objective_memory": weights["memory"]}
