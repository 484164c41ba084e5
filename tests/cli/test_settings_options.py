"""Options of one run stand over the project's settings."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from velox_engine.cli import optimize
from velox_engine.cli.target import settings_for


@pytest.mark.parametrize(
    ("options", "name", "value"),
    [
        (["--numpy"], "numpy", True),
        ([], "numpy", False),
        (["--weak"], "weak", True),
        (["--strict"], "strict", True),
        (["--no-cache"], "cache", False),
        (["--seed", "7"], "seed", 7),
        (["--python", "python3"], "interpreter", "python3"),
    ],
)
def test_option_sets_its_setting(tmp_path: Path, options: list[str], name: str, value: object) -> None:
    """Each option changes the setting it is named after, and only where it is given."""
    parser = argparse.ArgumentParser()
    optimize.add_parser(parser.add_subparsers())
    args = parser.parse_args(["optimize", str(tmp_path / "m.py"), *options])
    assert getattr(settings_for(tmp_path, args), name) == value
