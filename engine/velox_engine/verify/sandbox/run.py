"""One fork as the parent sees it: sends cases, reads replies within limits, keeps time, and kills."""

from __future__ import annotations

import secrets
import time
from array import array
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from velox_engine.verify.sandbox import child
from velox_engine.verify.sandbox.line import ChildLost, Line
from velox_engine.verify.sandbox.model import Case, Limits, LoadFailure, Outcome, Recipe, Timing
from velox_engine.verify.sandbox.payload import read_load_answer

if TYPE_CHECKING:
    from velox_engine.verify.sandbox.sandbox import Sandbox

_ROOM = 1 << 22  # bytes of a frame besides the result: texts, line pairs, names of globals
_BATCH = (
    8  # the results of one batch may be so many times the limit of one result, or they would fill our memory
)
_PATIENCE = 10.0  # a wall-clock limit stretches to this multiple while the machine gives the run no time


class ChildLate(Exception):
    """The run did not answer in time."""


class Run:
    """A loaded program that answers calls until it is closed, times out or crashes. One thread only."""

    def __init__(self, sandbox: Sandbox, line: Line, limits: Limits) -> None:
        self.alive = True
        self.globals: tuple[str, ...] = ()
        self.pid = line.pid
        self._sandbox = sandbox
        self._line = line
        self._limits = limits
        self._nonce = b""
        self._buffer = bytearray()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Requests ----------------------------------------------------------------------------------------------------

    def load(self, order: Mapping[str, Any]) -> None:
        """Let the program load; LoadFailure when it does not."""
        try:
            self._send(b"L", child.encode(order))
            reason, watched = read_load_answer(self._expect(b"l", self._limits.load_seconds))
        except ChildLate:
            self.close()
            raise LoadFailure(
                f"loading the module takes longer than {self._limits.load_seconds:g} s"
            ) from None
        except ChildLost as lost:
            self.close()
            raise LoadFailure(f"while the module loads, the process {lost}") from None
        except child.BadBytes as error:
            self.close()
            raise LoadFailure(f"while the module loads, the process breaks the protocol: {error}") from None
        if reason:
            self.close()
            raise LoadFailure(reason)
        self.globals = watched

    def call(self, cases: Sequence[Case], *, seconds: float | None = None) -> list[Outcome]:
        """Call the function once per case. A timeout or crash takes its case; the ones after it are `missing`."""
        if not self.alive:
            return [Outcome("missing", detail="the run had ended")] * len(cases)
        if not cases:
            return []
        limit = self._limits.call_seconds if seconds is None else seconds
        outcomes: list[Outcome] = []
        try:
            self._send(b"C", _pack(cases))
            spent = self._line.cpu()
            started = last = time.perf_counter()
            shares: list[float] = []
            room = _BATCH * self._limits.result_bytes
            while len(outcomes) < len(cases):
                arrived = [self._reply(limit, len(outcomes))]
                while (body := self._next_frame(b"r")) is not None:
                    arrived.append(read_outcome(body, len(outcomes) + len(arrived)))
                now = time.perf_counter()
                for outcome in arrived:
                    if outcome.kind == "crashed":
                        raise ChildLost(outcome.detail)
                    room -= len(outcome.payload)
                    if room < 0:
                        raise ChildLost("sent more than the limit of one batch")
                    outcomes.append(outcome)
                    shares.append((now - last) / len(arrived))
                last = now
            if len(outcomes) > len(cases) or self._buffer:
                raise ChildLost("sent more than was asked for")
            # The clock of a running process lags by up to a tick: read it asleep, and share it out by wall time.
            factor = max(0.0, self._line.cpu_asleep() - spent) / max(last - started, 1e-9)
            outcomes = [
                _timed(outcome, share * factor) for outcome, share in zip(outcomes, shares, strict=True)
            ]
        except ChildLate:
            self.close()
            outcomes.append(Outcome("timeout", detail=f"no result after {limit:g} s"))
        except (ChildLost, child.BadBytes) as lost:
            self.close()
            outcomes.append(Outcome("crashed", detail=str(lost)))
        return _filled(outcomes, len(cases))

    def time(self, cases: Sequence[Case], *, seconds: float | None = None) -> Timing:
        """Time calls back to back: inputs are built before the clock starts and results read after it stops.

        Payloads are to be compared with payloads of another `time`, since side effects on shared state are not
        looked for between the calls.
        """
        if not self.alive or not cases:
            missing = [Outcome("missing", detail="the run had ended")] * len(cases)
            return Timing(0.0, 0.0, 0.0, missing)
        limit = self._limits.call_seconds if seconds is None else seconds
        outcomes: list[Outcome] = []
        cpu = wall = prepared = finished = 0.0
        try:
            started = self._line.cpu()
            self._send(b"T", _pack(cases))
            self._expect(b"a", self._limits.load_seconds)
            before = self._line.cpu_asleep()
            prepared = before - started
            begun = time.perf_counter()
            self._send(b"G", b"", fresh=False)
            self._expect(b"z", limit * len(cases))
            wall = time.perf_counter() - begun
            after = self._line.cpu_asleep()
            cpu = after - before
            self._send(b"G", b"", fresh=False)
            # `seconds` limits the calls; writing a result down takes its own time.
            patience = max(limit, self._limits.call_seconds)
            while len(outcomes) < len(cases):
                outcome = self._reply(patience, len(outcomes))
                if outcome.kind == "crashed":
                    raise ChildLost(outcome.detail)
                outcomes.append(_timed(outcome, cpu / len(cases)))
            finished = self._line.cpu_asleep() - after
            if self._buffer:
                raise ChildLost("sent more than was asked for")
        except ChildLate:
            self.close()
            outcomes.append(Outcome("timeout", detail=f"no result after {limit:g} s a call"))
        except (ChildLost, child.BadBytes) as lost:
            self.close()
            outcomes.append(Outcome("crashed", detail=str(lost)))
        return Timing(cpu, wall, prepared, _filled(outcomes, len(cases)), finished)

    def peak(self, case: Case, *, seconds: float | None = None) -> tuple[int, Outcome]:
        """Most bytes allocated at once during one call, and its outcome.

        Counted by tracemalloc in the child: what Python and numpy allocate, and only as honest as the program, so
        it is shown and never decides equivalence.
        """
        if not self.alive:
            return 0, Outcome("missing", detail="the run had ended")
        limit = self._limits.call_seconds if seconds is None else seconds
        try:
            self._send(b"P", _pack([case]))
            body = self._any_frame((b"p", b"r"), limit)
            if body[0] == b"r":
                return 0, read_outcome(body[1], 0)
            if len(body[1]) != 8:
                raise ChildLost("broke the protocol")
            outcome = self._reply(limit, 0)
            if outcome.kind == "crashed":
                raise ChildLost(outcome.detail)
            return int.from_bytes(body[1], "little"), outcome
        except ChildLate:
            self.close()
            return 0, Outcome("timeout", detail=f"no result after {limit:g} s")
        except (ChildLost, child.BadBytes) as lost:
            self.close()
            return 0, Outcome("crashed", detail=str(lost))

    def close(self) -> None:
        """Kill the process and free its descriptors; harmless when already closed."""
        if not self.alive:
            return
        self.alive = False
        seconds = self._line.cpu()
        self._line.close()
        self._sandbox.forget(self, seconds)

    # Frames ------------------------------------------------------------------------------------------------------

    def _send(self, kind: bytes, body: bytes, *, fresh: bool = True) -> None:
        if fresh:
            self._nonce = secrets.token_bytes(8)
            if self._buffer:
                raise ChildLost("sent bytes that nobody asked for")
        self._line.send(child.FRAME.pack(len(body), kind, self._nonce) + body)

    def _reply(self, seconds: float, index: int) -> Outcome:
        return read_outcome(self._expect(b"r", seconds), index)

    def _expect(self, kind: bytes, seconds: float) -> bytes:
        return self._any_frame((kind,), seconds)[1]

    def _any_frame(self, kinds: tuple[bytes, ...], seconds: float) -> tuple[bytes, bytes]:
        """The next frame, which must be of one of `kinds`; waits at most `seconds`."""
        frame = self._take(kinds)
        if frame is not None:
            return frame
        start = time.monotonic()
        waited = self._line.delay()
        deadline = start + seconds
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                # Time spent waiting for a processor is the machine's, not the program's.
                starved = self._line.delay() - waited
                extended = min(start + seconds + starved, start + seconds * _PATIENCE)
                if extended <= time.monotonic() + 0.001:
                    raise ChildLate
                deadline = extended
                continue
            self._buffer += self._line.receive(left)
            frame = self._take(kinds)
            if frame is not None:
                return frame

    def _next_frame(self, kind: bytes) -> bytes | None:
        frame = self._take((kind,))
        return None if frame is None else frame[1]

    def _take(self, kinds: tuple[bytes, ...]) -> tuple[bytes, bytes] | None:
        buffer = self._buffer
        head = child.FRAME.size
        if len(buffer) < head:
            return None
        length, kind, nonce = child.FRAME.unpack_from(buffer)
        if kind not in kinds or nonce != self._nonce:
            raise ChildLost("sent something else than the answer")
        if length > (self._limits.result_bytes + _ROOM if kind == b"r" else _ROOM):
            raise ChildLost("sent more than the limit")
        if len(buffer) < head + length:
            return None
        body = bytes(memoryview(buffer)[head : head + length])
        del buffer[: head + length]
        return kind, body


def encode_case(case: Case) -> bytes:
    """The case as it travels to the child."""
    if not case._encoded:
        case._encoded.append(child.encode(tuple(case.args), dict(case.kwargs), recipe=Recipe))
    return case._encoded[0]


def _pack(cases: Sequence[Case]) -> bytes:
    parts = [len(cases).to_bytes(4, "little")]
    for case in cases:
        raw = encode_case(case)
        parts += (len(raw).to_bytes(4, "little"), raw)
    return b"".join(parts)


def read_outcome(body: bytes, index: int) -> Outcome:
    """The reply for case `index`; ChildLost when it is not one."""
    if len(body) < child.REPLY.size:
        raise ChildLost("broke the protocol")
    number, kind, mask, said, why, covered = child.REPLY.unpack_from(body)
    place = child.REPLY.size
    if number != index or kind >= len(child.KINDS) or place + said + why + covered > len(body) or covered % 8:
        raise ChildLost("broke the protocol")
    exception = body[place : place + said].decode("utf-8", "replace")
    place += said
    detail = body[place : place + why].decode("utf-8", "replace")
    place += why
    arcs: frozenset[tuple[int, int]] = frozenset()
    if covered:
        lines = array("i", body[place : place + covered])
        arcs = frozenset(zip(lines[::2], lines[1::2], strict=True))
        place += covered
    effects = (
        frozenset(name for bit, name in enumerate(child.EFFECTS) if mask >> bit & 1) if mask else frozenset()
    )
    name = child.KINDS[kind]
    if name == "memory":
        return Outcome("crashed", detail="needed more memory than the limit", effects=effects)
    return Outcome(name, body[place:], exception, detail, arcs, 0.0, effects)  # type: ignore[arg-type]


def _timed(outcome: Outcome, seconds: float) -> Outcome:
    object.__setattr__(outcome, "seconds", seconds)  # fresh from _outcome, nobody else has seen it
    return outcome


def _filled(outcomes: list[Outcome], count: int) -> list[Outcome]:
    missing = Outcome("missing", detail="an earlier call ended the run")
    return outcomes[:count] + [missing] * (count - len(outcomes))
