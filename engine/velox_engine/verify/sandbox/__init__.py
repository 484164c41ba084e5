"""Runs untrusted functions of the user's project in confinement, and hands back what was observed as bytes."""

from __future__ import annotations

from velox_engine.verify.sandbox.levels import unconfined_acts
from velox_engine.verify.sandbox.model import (
    LAYERS,
    Case,
    Environment,
    Limits,
    LoadFailure,
    Outcome,
    Program,
    Recipe,
    Timing,
)
from velox_engine.verify.sandbox.payload import (
    Observation,
    decode,
    describe,
    describe_difference,
    payloads_equal,
)
from velox_engine.verify.sandbox.probing import Capability, CapabilityReport, probe
from velox_engine.verify.sandbox.run import Run
from velox_engine.verify.sandbox.sandbox import Sandbox, call_all, open_sandbox
from velox_engine.verify.sandbox.two_trees import TwoTrees

__all__ = [
    "LAYERS",
    "Capability",
    "CapabilityReport",
    "Case",
    "Environment",
    "Limits",
    "LoadFailure",
    "Observation",
    "Outcome",
    "Program",
    "Recipe",
    "Run",
    "Sandbox",
    "Timing",
    "TwoTrees",
    "call_all",
    "decode",
    "describe",
    "describe_difference",
    "open_sandbox",
    "payloads_equal",
    "probe",
    "unconfined_acts",
]
