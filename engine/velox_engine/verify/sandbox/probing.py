"""Says what this machine confines, by attempting each act inside the sandbox and looking at the victim from outside."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from velox_engine.verify.sandbox.model import (
    MIB,
    Case,
    Environment,
    Limits,
    LoadFailure,
    Outcome,
    Profile,
    Program,
)
from velox_engine.verify.sandbox.sandbox import Sandbox
from velox_engine.verify.sandbox.spawned import System

_ACTS = {
    "fs_read": "read a file of yours",
    "fs_write": "overwrite, delete, rename and open up a file of yours",
    "net": "reach a TCP, a UDP and a Unix socket",
    "kill_tree": "start a second process",
    "memory": "take more memory than the limit",
}
CAPABILITIES = tuple(_ACTS)

# Each function attempts one act with all it has and returns what it achieved; an exception is a refusal.
_ATTEMPTS = """
import os, socket, time

def _try(act):
    try:
        act()
    except (OSError, AttributeError):
        pass

EARLY = ""
try:
    with open({secret!r}) as handle:
        EARLY = handle.read()
except OSError:
    pass

def fs_read():
    if EARLY:
        return EARLY
    with open({secret!r}) as handle:
        return handle.read()

def fs_write():
    def overwrite():
        with open({secret!r}, "w") as handle:
            handle.write("overwritten")
    _try(overwrite)
    _try(lambda: os.unlink({secret!r}))
    _try(lambda: os.chmod({secret!r}, 0))
    _try(lambda: os.rename({secret!r}, {secret!r} + ".moved"))

def net():
    def stream():
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as link:
            link.connect(("127.0.0.1", {tcp}))
    def datagram():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
            link.sendto(b"out", ("127.0.0.1", {udp}))
    def local():
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.connect({unix!r})
    _try(stream)
    _try(datagram)
    _try(local)

def kill_tree():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(2)
        os._exit(0)
    return "forked"

def memory():
    kept = []
    for _ in range({megabytes}):
        kept.append(bytearray(1 << 20))
    return len(kept)
"""


@dataclass(frozen=True, slots=True)
class Capability:
    """Whether one act is confined, from an attempt."""

    name: str
    confined: bool
    detail: str


@dataclass(frozen=True, slots=True)
class CapabilityReport:
    """What `velox doctor` shows of the sandbox on this machine, for one interpreter and profile."""

    interpreter: str
    version: str
    profile: str
    level: str
    layers: tuple[str, ...]
    capabilities: tuple[Capability, ...]

    @property
    def safe(self) -> bool:
        """Whether reading, writing and network are confined, without which Velox refuses to run candidates."""
        return all(item.confined for item in self.capabilities if item.name in ("fs_read", "fs_write", "net"))


def probe(
    interpreter: str,
    *,
    profile: Profile = "strict",
    limits: Limits | None = None,
    system: System | None = None,
) -> CapabilityReport:
    """Attempt each act in a sandbox on `interpreter`; VeloxError when the sandbox does not start at all."""
    limits = limits or Limits(memory_bytes=128 * MIB)
    with (
        _victims() as victims,
        Sandbox(
            Environment(interpreter), limits, profile=profile, allow_unconfined=True, system=system
        ) as sandbox,
    ):
        found = tuple(_attempt(sandbox, name, victims, limits) for name in CAPABILITIES)
        return CapabilityReport(
            interpreter=interpreter,
            version=".".join(map(str, sandbox.version)),
            profile=profile,
            level=sandbox.level,
            layers=tuple(sorted(sandbox.layers)),
            capabilities=found,
        )


@dataclass(frozen=True, slots=True)
class _Victims:
    secret: Path
    word: str
    links: dict[str, socket.socket]
    unix_path: str


@contextlib.contextmanager
def _victims() -> Iterator[_Victims]:
    """A secret file and three listening sockets, which nothing confined may touch."""
    with contextlib.ExitStack() as stack:
        # Not where the reading profile puts a folder of its own: the file must be denied, not just out of sight.
        place = "/var/tmp" if os.access("/var/tmp", os.W_OK) else None
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="velox-probe-", dir=place))
        secret = Path(folder, "secret")
        word = secrets.token_hex(8)
        secret.write_text(word)
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        unix_path = str(Path(folder, "socket"))
        links = {"tcp": tcp, "udp": udp}
        if hasattr(socket, "AF_UNIX"):
            links["unix"] = unix = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            unix.bind(unix_path)
            unix.listen()
        for link in links.values():
            link.setblocking(False)
        yield _Victims(secret, word, links, unix_path)


def _attempt(sandbox: Sandbox, name: str, victims: _Victims, limits: Limits) -> Capability:
    source = _ATTEMPTS.format(
        secret=str(victims.secret),
        tcp=victims.links["tcp"].getsockname()[1],
        udp=victims.links["udp"].getsockname()[1],
        unix=victims.unix_path,
        megabytes=limits.memory_bytes // MIB + 64,
    )
    program = Program(source, "<probe>", "velox_probe", "", name)
    try:
        with sandbox.start(program) as run:
            outcome = run.call([Case(())])[0]
    except LoadFailure as failure:
        return Capability(name, False, f"could not be attempted: {failure.reason}")
    broken = _achieved(name, outcome, victims, limits)
    if broken:
        return Capability(name, False, broken)
    ended = "refused" if outcome.kind == "returned" else outcome.text()
    return Capability(name, True, f"tried to {_ACTS[name]}: {ended}")


def _achieved(name: str, outcome: Outcome, victims: _Victims, limits: Limits) -> str:
    """What the attempt achieved, "" when nothing."""
    if name == "fs_read":
        return "a file outside was read" if victims.word.encode() in outcome.payload else ""
    if name == "fs_write":
        try:
            intact = victims.secret.read_text() == victims.word
        except OSError:
            intact = False
        return "" if intact else "a file outside was changed"
    if name == "net":
        reached = [kind for kind, link in victims.links.items() if _touched(link)]
        return f"reached a socket outside: {', '.join(reached)}" if reached else ""
    if name == "kill_tree":
        # With forking refused, the tree is one process, which the run's handle kills.
        return "" if outcome.kind == "raised" else "a second process was started"
    return "" if outcome.kind == "crashed" else f"more than {limits.memory_bytes // MIB} MiB were allocated"


def _touched(link: socket.socket) -> bool:
    time.sleep(0.01)
    try:
        if link.type == socket.SOCK_DGRAM:
            return bool(link.recv(64))
        other, _ = link.accept()
    except BlockingIOError:
        return False
    other.close()
    return True
