"""Runs the attacks of `attacks/` against victims made for them, under any choice of layers.

Each attack is one file with a docstring and three names: `ATTACK`, source that defines `attack(v)` and runs inside the
sandbox with `v` naming the victims; `DENIED`, what its outcome says in the default profile; `HARM`, what it does to a
victim when nothing stops it. `ROOT = True` marks attacks that only root can carry out at all, `MACHINE` those for
one processor, and `OPEN_WHEN_READING` says why the fs-read profile leaves one open.

Run this file to see which layer stops what: `python tests/sandbox_escape/harness.py`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import runpy
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from velox_engine.verify.sandbox import (
    LAYERS,
    Case,
    Environment,
    Limits,
    LoadFailure,
    Outcome,
    Program,
    Sandbox,
    call_all,
)

ATTACKS = Path(__file__).with_name("attacks")
MIB = 1 << 20
LIMITS = Limits(call_seconds=1.0, memory_bytes=96 * MIB, output_bytes=64 * 1024)

# Available to every attack: the C library, with failures as OSError.
PRELUDE = """
import ctypes, os, signal, socket, struct, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)

def call(name, *values):
    if getattr(libc, name)(*values) < 0:
        number = ctypes.get_errno()
        raise OSError(number, name + ": " + os.strerror(number))

def syscall(number, *values):
    result = libc.syscall(ctypes.c_long(number), *values)
    if result < 0:
        raise OSError(ctypes.get_errno(), "syscall %d" % number)
    return result
"""

# The process that attacks aim at: holds the word in memory at a known place, and an open file.
_VICTIM = """
import ctypes, os, resource, sys, time
buffer = ctypes.create_string_buffer(sys.argv[1].encode())
handle = os.open(sys.argv[2], os.O_RDWR)
print(ctypes.addressof(buffer), handle, flush=True)
while True:
    time.sleep(60)
"""


@dataclass(frozen=True)
class Attack:
    """One file of `attacks/`."""

    name: str
    title: str
    source: str
    denied: str
    harm: str
    root: bool
    machine: str
    open_when_reading: str

    @property
    def possible(self) -> bool:
        """Whether it can work at all here, so that a control run must show it working."""
        return (not self.root or os.getuid() == 0) and self.machine in ("", platform.machine())


def load_attacks() -> list[Attack]:
    """All attacks, in the order of their file names."""
    found = []
    for path in sorted(ATTACKS.glob("*.py")):
        names = runpy.run_path(str(path))
        title = (names["__doc__"] or "").strip()
        found.append(
            Attack(
                path.stem,
                title,
                names["ATTACK"],
                names["DENIED"],
                names["HARM"],
                names.get("ROOT", False),
                names.get("MACHINE", ""),
                names.get("OPEN_WHEN_READING", ""),
            )
        )
    return found


@dataclass
class World:
    """Victims: a folder with a secret, listening sockets and a process. `harms` says which were hurt."""

    folder: Path
    word: str = field(default_factory=lambda: secrets.token_hex(8))
    sockets: dict[str, socket.socket] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    address: int = 0
    handle: int = 0

    def __post_init__(self) -> None:
        self.reset_files()
        self._listen()
        self.start_process()

    def reset_files(self) -> None:
        """Put the folder into its first state."""
        shutil.rmtree(self.folder / "home", ignore_errors=True)
        for stray in Path("/dev/shm").glob("velox-escape-*"):
            stray.unlink(missing_ok=True)
        (self.folder / "home" / ".ssh").mkdir(parents=True)
        (self.folder / "home" / ".ssh" / "id_secret").write_text(self.word)
        (self.folder / "home" / "notes").write_text("notes")
        os.utime(self.folder / "home" / "notes", (1_000_000, 1_000_000))
        self.before = self._files()

    def _listen(self) -> None:
        tcp = socket.create_server(("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        unix = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        unix.bind(str(self.folder / "stream"))
        datagram = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        datagram.bind(str(self.folder / "datagram"))
        abstract = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        abstract.bind(f"\0velox-escape-{self.folder.name}")
        for name, link in (
            ("tcp", tcp),
            ("udp", udp),
            ("unix", unix),
            ("datagram", datagram),
            ("abstract", abstract),
        ):
            link.setblocking(False)
            if link.type == socket.SOCK_STREAM:
                link.listen()
            self.sockets[name] = link

    def start_process(self) -> None:
        """Start the victim process anew."""
        secret = self.folder / "home" / ".ssh" / "id_secret"
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-c", _VICTIM, self.word, str(secret)], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.address, self.handle = map(int, self.process.stdout.readline().split())

    def names(self) -> dict[str, object]:
        """What an attack is told of its victims."""
        assert self.process is not None
        home = self.folder / "home"
        return {
            "home": str(home),
            "secret": str(home / ".ssh" / "id_secret"),
            "notes": str(home / "notes"),
            "tcp": self.sockets["tcp"].getsockname()[1],
            "udp": self.sockets["udp"].getsockname()[1],
            "unix": str(self.folder / "stream"),
            "datagram": str(self.folder / "datagram"),
            "abstract": f"\0velox-escape-{self.folder.name}",
            "pid": self.process.pid,
            "parent": os.getpid(),
            "address": self.address,
            "handle": self.handle,
            "length": len(self.word),
        }

    def harms(self, outcome: Outcome) -> list[str]:
        """What was hurt since the last look, and what the attack itself says it did; then all is as before."""
        found = []
        said = outcome.text()  # without the arguments, which name the victims
        if self.word in said:
            found.append("read")
        if said.startswith("returned 'did: "):
            found.append("did")
        if self._files() != self.before or list(Path("/dev/shm").glob("velox-escape-*")):
            found.append("files")
            self.reset_files()
        time.sleep(0.002)
        found += [name for name, link in self.sockets.items() if _touched(link)]
        if not self._process_intact():
            found.append("process")
            assert self.process is not None
            self.process.kill()
            self.process.wait()
            self.start_process()
        return found

    def _files(self) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = []
        for path in sorted((self.folder / "home").rglob("*")):
            seen = path.lstat()
            text = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            attributes = tuple(os.listxattr(path, follow_symlinks=False))
            changed = seen.st_mtime_ns if path.is_file() else 0
            rows.append((str(path), text, seen.st_mode, seen.st_nlink, seen.st_uid, changed, attributes))
        return rows

    def _process_intact(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            return False
        try:
            base = Path("/proc", str(self.process.pid))
            state = (base / "stat").read_text().rpartition(")")[2].split()[0]
            priority = os.getpriority(os.PRIO_PROCESS, self.process.pid)
            own = os.getpriority(os.PRIO_PROCESS, 0)
            limits = (base / "limits").read_text() == Path("/proc/self/limits").read_text()
            with open(base / "mem", "rb") as memory:
                memory.seek(self.address)
                word = memory.read(len(self.word)).decode("latin-1")
        except OSError:  # it dies as we look
            return False
        return state in "SR" and priority == own and limits and word == self.word

    def close(self) -> None:
        """Free everything."""
        for link in self.sockets.values():
            link.close()
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _touched(link: socket.socket) -> bool:
    hit = False
    with contextlib.suppress(BlockingIOError):
        while True:
            if link.type == socket.SOCK_DGRAM:
                link.recv(64)
            else:
                link.accept()[0].close()
            hit = True
    return hit


@contextlib.contextmanager
def make_world() -> Iterator[World]:
    """A world for some attacks."""
    world = World(Path(tempfile.mkdtemp(prefix="velox-escape-")))
    try:
        yield world
    finally:
        world.close()


def make_sandbox(profile: str = "strict", layers: Collection[str] = LAYERS) -> Sandbox:
    """A sandbox with the given layers, however few; what is missing on this machine fails, it is not skipped."""
    made = Sandbox(
        Environment(sys.executable),
        LIMITS,
        profile=profile,  # type: ignore[arg-type]
        layers=layers,
        allow_unconfined=True,
    )
    wanted = frozenset() if profile == "none" else frozenset(layers)
    missing = wanted - made.layers - ({"namespaces"} if os.environ.get("VELOX_NO_NAMESPACES") else set())
    assert not missing, f"this machine lacks {', '.join(sorted(missing))}"
    return made


def run_attack(attack: Attack, sandbox: Sandbox, world: World) -> tuple[Outcome, list[str]]:
    """Carry out one attack; its outcome and what it hurt."""
    program = Program(PRELUDE + attack.source, "/attack/module.py", "attack_module", "", "attack")
    try:
        outcome = call_all(sandbox, program, [Case((world.names(),))])[0]
    except LoadFailure as failure:
        outcome = Outcome("crashed", detail=f"while loading: {failure.reason}")
    return outcome, world.harms(outcome)


COMBINATIONS: dict[str, tuple[str, frozenset[str]]] = {
    "none": ("none", frozenset()),
    "rlimits": ("strict", frozenset({"rlimits"})),
    "+capabilities": ("strict", frozenset({"rlimits", "capabilities"})),
    "+namespaces": ("strict", frozenset({"rlimits", "capabilities", "namespaces"})),
    "+landlock": ("strict", frozenset({"rlimits", "capabilities", "landlock"})),
    "+seccomp": ("strict", frozenset({"rlimits", "capabilities", "seccomp"})),
    "fs-read": ("fs-read", LAYERS),
    "strict": ("strict", LAYERS),
}


def main() -> int:
    """Print which attack succeeds under which layers; 1 when one succeeds in a default profile."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--json", action="store_true", help="one document for another program")
    parser.add_argument("--only", nargs="*", default=list(COMBINATIONS), help="names of layer combinations")
    options = parser.parse_args()
    table: dict[str, dict[str, list[str]]] = {}
    texts: dict[str, str] = {}
    attacks = load_attacks()
    with make_world() as world:
        for name in options.only:
            with make_sandbox(*COMBINATIONS[name]) as sandbox:
                for attack in attacks:
                    outcome, harms = run_attack(attack, sandbox, world)
                    table.setdefault(attack.name, {})[name] = harms
                    if name == "strict":
                        texts[attack.name] = outcome.text()
    if options.json:
        print(json.dumps({"table": table, "strict": texts}))
    else:
        width = max(map(len, table)) + 2
        print(" " * width + "  ".join(f"{name:>13}" for name in options.only))
        for name, row in table.items():
            print(f"{name:<{width}}" + "  ".join(f"{','.join(row[c]) or '·':>13}" for c in options.only))
        print(
            f"\n{'succeed':<{width}}"
            + "  ".join(f"{sum(bool(r[c]) for r in table.values()):>13}" for c in options.only)
        )
    return int(any(row.get("strict") for row in table.values()))


if __name__ == "__main__":
    sys.exit(main())
