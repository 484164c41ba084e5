"""No attack of `attacks/` gets out of the default profile, and each works where nothing stops it."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HARNESS = Path(__file__).with_name("harness.py")
ENGINE = Path(__file__).resolve().parents[2] / "engine"
SYSTEM_PYTHON = "/usr/bin/python3"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("velox_escape_harness", HARNESS)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up here
    spec.loader.exec_module(module)
    return module


harness = _load()
ATTACKS = harness.load_attacks()


@pytest.fixture(scope="module")
def world() -> Iterator[Any]:
    """Victims for this file's attacks; each look at them puts them back."""
    with harness.make_world() as made:
        yield made


@pytest.fixture(scope="module", params=["none", "fs-read", "strict"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A sandbox of each profile in turn; a mechanism that is missing here fails instead of skipping."""
    with harness.make_sandbox(request.param) as made:
        yield made


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_the_attack_is_denied_in_confinement_and_works_without(attack: Any, sandbox: Any, world: Any) -> None:
    outcome, harms = harness.run_attack(attack, sandbox, world)
    if sandbox.profile == "none":
        # Proves that the attack is real, and that the victim would show it.
        assert attack.harm in harms or not attack.possible, outcome.text()
        return
    if sandbox.profile == "fs-read" and attack.open_when_reading:
        return
    assert harms == [], f"{attack.title} {outcome.text()}"
    if sandbox.profile == "strict":
        assert attack.denied in outcome.text()


def test_there_are_a_hundred_attacks_each_with_a_title_and_an_expectation() -> None:
    assert len(ATTACKS) >= 100
    assert all(attack.title.endswith(".") and attack.harm and attack.denied for attack in ATTACKS)


def test_attacks_fail_for_an_ordinary_user_too() -> None:
    options = ["--json", "--only", "none", "strict"]
    if os.getuid() == 0:
        # The interpreter of root's home is closed to others: the system's runs both sides.
        done = subprocess.run(
            [SYSTEM_PYTHON, "-B", str(HARNESS), *options],
            user=65534,
            group=65534,
            extra_groups=[],
            env={"PYTHONPATH": str(ENGINE), "PATH": "/usr/bin:/bin"},
            cwd="/",
            capture_output=True,
            text=True,
        )
    else:
        done = subprocess.run([sys.executable, str(HARNESS), *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + done.stdout[-2000:]
    report = json.loads(done.stdout)
    assert {name for name, row in report["table"].items() if row["strict"]} == set()
    idle = [attack.name for attack in ATTACKS if not attack.root and not report["table"][attack.name]["none"]]
    assert idle == [], "these attacks need no root, and yet did nothing without confinement"
