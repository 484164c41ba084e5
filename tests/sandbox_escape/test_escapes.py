"""No attack of `attacks/` gets out of the default profile, and each works where nothing stops it."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HARNESS = Path(__file__).with_name("harness.py")


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
        assert any(words in outcome.text() for words in attack.denied.split(" | ")), outcome.text()


def test_there_are_enough_attacks_each_with_a_title_and_an_expectation() -> None:
    assert len(ATTACKS) >= 140
    assert all(attack.title.endswith(".") and attack.harm and attack.denied for attack in ATTACKS)


def test_attacks_fail_for_an_ordinary_user_too() -> None:
    options = ["--json", "--only", "none", "strict"]
    if os.getuid() == 0:
        done = harness.run_as_user(options)
        assert done.returncode == 0, done.stderr + done.stdout[-2000:]
        table = json.loads(done.stdout)["table"]
    else:
        table, _ = harness.attempt_all(["none", "strict"])
    assert {name for name, row in table.items() if row["strict"]} == set()
    idle = [attack.name for attack in ATTACKS if not attack.root and not table[attack.name]["none"]]
    assert idle == [], "these attacks need no root, and yet did nothing without confinement"


def test_each_layer_alone_stops_what_it_is_for(world: Any) -> None:
    """The table's columns differ, so that none of the layers is idle."""
    examples = {
        "rlimits": {"memory_bomb", "descriptor_bomb"},
        "+capabilities": {"make_device", "open_by_handle"} if os.getuid() == 0 else set(),
        "+namespaces": {"kill_process", "udp_send", "read_process_memory"},
        "+landlock": {"read_secret_file", "overwrite_file", "tcp_connect"},
        "+seccomp": {"raw_socket", "fork_process", "udp_send", "thread_bomb"},
    }
    attacks = {attack.name: attack for attack in ATTACKS}
    for name, stopped in examples.items():
        with harness.make_sandbox(*harness.COMBINATIONS[name]) as made:
            for attack in sorted(stopped):
                outcome, harms = harness.run_attack(attacks[attack], made, world)
                assert harms == [], f"{name} does not stop {attack}: {outcome.text()}"


def test_a_missing_mechanism_fails_instead_of_leaving_attacks_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harness.Sandbox, "layers", property(lambda self: frozenset({"rlimits", "seccomp"})))
    with pytest.raises(AssertionError, match="this machine lacks capabilities, landlock, namespaces"):
        harness.make_sandbox("strict")
