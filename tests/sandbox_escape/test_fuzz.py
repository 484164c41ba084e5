"""Bytes that no honest child sends cost the parent nothing but a refusal."""

from __future__ import annotations

import importlib.util
import struct
import sys
from pathlib import Path
from types import ModuleType

import pytest

from velox_engine.verify.sandbox import child, payload


def _load() -> ModuleType:
    path = Path(__file__).with_name("fuzz_decoder.py")
    spec = importlib.util.spec_from_file_location("velox_fuzz_decoder", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up here
    spec.loader.exec_module(module)
    return module


fuzzer = _load()


@pytest.mark.parametrize("seed", range(2))
def test_made_up_bytes_end_in_the_readers_own_error_within_their_memory(seed: int) -> None:
    report = fuzzer.fuzz(600, seed)
    assert report.over_bound == 0
    assert 0 < report.read < report.inputs  # both kinds were among them


def _nested(opening: bytes, count: int) -> bytes:
    return opening * count + b"N"


@pytest.mark.parametrize("opening", [b"t\x01\0\0\0.", b"l\x01\0\0\0.", b"z\x01\0\0\0.", b"e\x01\0\0\0."])
def test_half_a_million_levels_are_read_and_forgotten_without_recursion(opening: bytes) -> None:
    raw = _nested(opening, 500_000)
    assert "…" in payload.show(child.decode(raw, 1, payload.Reader()))


def test_a_deep_key_is_never_hashed() -> None:
    key = _nested(b"t\x01\0\0\0.", 400_000)
    raw = b"d\x01\0\0\0." + key + b"\x01\0\0\0.N"
    assert payload.show(child.decode(raw, 1, payload.Reader())).startswith("[{((((")


def test_more_values_than_anybody_could_look_at_are_refused() -> None:
    count = payload.MOST_VALUES + 10
    raw = b"t" + struct.pack("<Ic", count, b".") + b"N" * count
    with pytest.raises(child.BadBytes, match="too many"):
        child.decode(raw, 1, payload.Reader(), payload.MOST_VALUES)
    assert "too many" in payload.describe(raw)


def test_generators_in_generators_are_shown_to_a_bounded_depth() -> None:
    raw = b"N"
    for _ in range(2_000):
        raw = (
            b"G"
            + struct.pack("<I", 1)
            + b"g"
            + struct.pack("<II", 1, len(raw))
            + raw
            + struct.pack("<I", 1)
            + b"."
        )
    whole = (
        child.encode((), {})
        + b"t"
        + struct.pack("<Ic", 2, b".")
        + child.encode("returned")
        + raw
        + child.encode({})
    )
    assert payload.describe(whole).startswith("returned g(g(g(")
