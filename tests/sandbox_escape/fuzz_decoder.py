"""Feeds the parent's readers bytes that no honest child sends: nothing but their own error, in bounded time and memory.

Run this file for many: `python tests/sandbox_escape/fuzz_decoder.py --inputs 100000`.
"""

from __future__ import annotations

import argparse
import random
import struct
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass

from velox_engine.verify.sandbox import child, payload
from velox_engine.verify.sandbox.line import ChildLost
from velox_engine.verify.sandbox.run import read_outcome

TAGS = b"NTF.!ijfcsbytldezr/RXOoG"
NUMBERS = (0, 1, 2, 3, 8, 255, 256, 65_535, 1 << 20, (1 << 31) - 1, 1 << 31, (1 << 32) - 1)
# Bytes of memory for each byte read, besides a fixed amount: an empty tuple takes six bytes to write.
MOST_PER_BYTE, FIXED = 120, 1 << 20
MEASURED = 40  # one input in so many has its memory measured, which takes long


def _steps():
    yield [1.5, {"k": None}]
    yield "text"
    raise KeyError("end")


SEEDS = [
    child.encode(([1, 2], {"a": {1.5, None}}, "text"), {}, ("returned", [(1, b"x")] * 3), {"stdout": "x"}),
    child.encode((), {}, ("returned", {(1, 2): [None, ...], "é": 1 << 80, "n": float("nan")}), {}),
    child.encode(([0.5] * 20, ["a", "bc"] * 9), {"k": range(3)}, ("raised", "ValueError", "x"), {}),
    child.encode((bytearray(b"q"), slice(1, 2)), {}, ("returned", _steps()), {}),
    child.encode(([[[[[]]]]],), {}, ("returned", {frozenset({1, (2,)}), 2j}), {"globals": {"a": b"N"}}),
    child.encode(("reason", ["name", "other"])),
]


def make(rng: random.Random) -> bytes:
    """One input: noise, a damaged honest value, or tags and lengths that fit together almost."""
    kind = rng.random()
    if kind < 0.15:
        return rng.randbytes(rng.randrange(200))
    if kind < 0.6:
        return _damaged(bytearray(rng.choice(SEEDS)), rng)
    return _grown(rng)


def _damaged(raw: bytearray, rng: random.Random) -> bytes:
    for _ in range(rng.randrange(1, 6)):
        if not raw:
            break
        place = rng.randrange(len(raw))
        act = rng.randrange(6)
        if act == 0:
            raw[place] = rng.randrange(256)
        elif act == 1:
            raw[place] = rng.choice(TAGS)
        elif act == 2:
            del raw[place : place + rng.randrange(1, 9)]
        elif act == 3:
            raw[place:place] = rng.randbytes(rng.randrange(1, 9))
        elif act == 4:
            raw[place : place + 4] = struct.pack("<I", rng.choice(NUMBERS))
        else:
            other = rng.choice(SEEDS)
            cut = rng.randrange(len(other))
            raw[place:] = other[cut : cut + rng.randrange(1, 60)]
    return bytes(raw)


def _grown(rng: random.Random) -> bytes:
    parts: list[bytes] = []
    if rng.random() < 0.05:  # deep
        opening = rng.choice((b"t\x01\0\0\0.", b"l\x01\0\0\0.", b"z\x01\0\0\0.", b"d\x01\0\0\0.", b"r", b"c"))
        return opening * rng.randrange(1, 5_000)
    for _ in range(rng.randrange(1, 60)):
        parts.append(rng.choice(TAGS).to_bytes(1, "little"))
        shape = rng.random()
        if shape < 0.4:
            parts.append(struct.pack("<I", rng.choice(NUMBERS) if rng.random() < 0.3 else rng.randrange(6)))
        if shape < 0.3:
            parts.append(rng.choice((b".", b"q", b"d", b"S")))
        elif shape > 0.7:
            parts.append(rng.randbytes(rng.randrange(10)))
    return b"".join(parts)


def read_everything(raw: bytes, other: bytes) -> None:
    """All that the parent ever does with bytes of a child; raises only what a reader must never raise."""
    payload.describe(raw)
    payload.describe_difference(raw, other)
    payload.payloads_equal(raw, other, 1e-9)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: payload.decode(raw),
        lambda: payload.read_load_answer(raw),
        lambda: payload.show(child.decode(raw, 1, payload.Reader())),
        lambda: read_outcome(raw, 0),
    )
    for attempt in attempts:
        try:
            attempt()
        except (child.BadBytes, ChildLost):
            continue


def _is_value(raw: bytes) -> bool:
    for count in (1, 4):  # alone, or with arguments and effects as a payload
        try:
            child.decode(raw, count, payload.Reader())
        except child.BadBytes:
            continue
        return True
    return False


@dataclass(frozen=True)
class Report:
    """What many inputs showed."""

    inputs: int
    read: int  # inputs that were a value after all
    slowest_seconds: float
    most_memory: int
    over_bound: int  # inputs that took more memory than their length allows


def fuzz(count: int, seed: int) -> Report:
    """Read `count` inputs; whatever is raised besides the readers' own errors comes through."""
    rng = random.Random(seed)
    slowest, most, over, read = 0.0, 0, 0, 0
    previous = SEEDS[0]
    for number in range(count):
        raw = make(rng)
        measured = number % MEASURED == 0
        if measured:
            tracemalloc.start()
        start = time.process_time()
        try:
            read_everything(raw, previous)
        except BaseException:
            print(f"seed {seed}, input {number}: {raw!r}", file=sys.stderr)
            raise
        finally:
            if measured:
                peak = tracemalloc.get_traced_memory()[1]
                tracemalloc.stop()
                most = max(most, peak)
                over += peak > MOST_PER_BYTE * (len(raw) + len(previous)) + FIXED
            else:
                slowest = max(slowest, time.process_time() - start)
        read += _is_value(raw)
        previous = raw
    return Report(count, read, slowest, most, over)


def main() -> int:
    """Print the report; 1 when a bound was broken."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    start = time.perf_counter()
    report = fuzz(options.inputs, options.seed)
    print(
        f"{report.inputs} inputs in {time.perf_counter() - start:.0f} s, {report.read} of them values after all;"
        f" the slowest took {report.slowest_seconds * 1e3:.1f} ms, the largest {report.most_memory / 1024:.0f} KiB;"
        f" {report.over_bound} needed more memory than their length allows; no error but the readers' own"
    )
    return int(report.over_bound > 0)


if __name__ == "__main__":
    sys.exit(main())
