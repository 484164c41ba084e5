"""Runs the attacks of `attacks/` against victims made for them, under any choice of layers.

Each attack is one file with a docstring and three names: `ATTACK`, source that defines `attack(v)` and runs inside the
sandbox with `v` naming the victims; `DENIED`, what its outcome says in the default profile; `HARM`, what it does to a
victim when nothing stops it. `ROOT = True` marks attacks that only root can carry out at all, `MACHINE` those for
one processor, and `OPEN_WHEN_READING` says why the fs-read profile leaves one open. `AGAINST_RUNNER = True` marks
attacks on whoever starts the code and reads its result, which no layer stops: without the sandbox they meet a runner
that trusts what it reads.

Run this file to see which layer stops what: `python tests/sandbox_escape/harness.py`. As root it tries an ordinary user
too. A mechanism that this machine lacks is an error, never a reason to leave something out.
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
SYSTEM_PYTHON = "/usr/bin/python3"
MIB = 1 << 20
LIMITS = Limits(call_seconds=1.0, memory_bytes=96 * MIB, output_bytes=64 * 1024, result_bytes=4 * MIB)

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

# Runs code as one would who trusts it: unpickles what comes, believes it, shows it, and waits for ever.
_TRUSTING = """
import json, os, pickle, struct, sys
exec(sys.argv[1], globals())
v = json.loads(sys.argv[2])
reading, writing = os.pipe()
pid = os.fork()
if pid == 0:
    os.dup2(writing, 1)
    os.closerange(3, 20)
    body = pickle.dumps(attack(v))
    sys.stdout.flush()
    sys.stdout.buffer.write(struct.pack("<Ic8s", len(body), b"r", bytes(8)) + body)
    sys.stdout.buffer.flush()
    os._exit(0)
os.close(writing)
with open(reading, "rb") as stream:
    data = stream.read()
_, status = os.waitpid(pid, 0)

def done(harm):
    print(harm)
    raise SystemExit

if status:
    done("crash")
if not data:
    done("silent")
if len(data) > 1 << 23:
    done("flood")
body = data[13:]
if body.endswith(b"forged"):
    done("deceived")
result = pickle.loads(body)
if result == 42:
    done("deceived")
try:
    known = {result}
except TypeError:
    known = set(result)
if chr(27) in str(result):
    done("terminal")
json.dumps(result)
"""
TRUSTING_SECONDS = 2.0

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
    against_runner: bool

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
                names.get("AGAINST_RUNNER", False),
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
            status = dict(line.split(":\t", 1) for line in (base / "status").read_text().splitlines())
            # A signal that waits for its turn on a busy machine has been sent all the same.
            signalled = any(int(status[kind], 16) for kind in ("SigPnd", "ShdPnd"))
            priority = os.getpriority(os.PRIO_PROCESS, self.process.pid)
            own = os.getpriority(os.PRIO_PROCESS, 0)
            limits = (base / "limits").read_text() == Path("/proc/self/limits").read_text()
            with open(base / "mem", "rb") as memory:
                memory.seek(self.address)
                word = memory.read(len(self.word)).decode("latin-1")
        except OSError:  # it dies as we look
            return False
        runs = status["State"][0] in "SR" and not signalled
        return runs and priority == own and limits and word == self.word

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
    # Not in the first temporary folder, which the reading profile replaces: its files must be denied, not hidden.
    place = "/var/tmp" if os.access("/var/tmp", os.W_OK) else None
    world = World(Path(tempfile.mkdtemp(prefix="velox-escape-", dir=place)))
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
    if attack.against_runner and sandbox.profile == "none":
        return _run_trustingly(attack, world)
    program = Program(PRELUDE + attack.source, "/attack/module.py", "attack_module", "", "attack")
    try:
        outcome = call_all(sandbox, program, [Case((world.names(),))])[0]
    except LoadFailure as failure:
        outcome = Outcome("crashed", detail=f"while loading: {failure.reason}")
    return outcome, world.harms(outcome)


def _run_trustingly(attack: Attack, world: World) -> tuple[Outcome, list[str]]:
    """Carry out an attack on a runner that trusts; what became of that runner is the harm."""
    command = [sys.executable, "-S", "-c", _TRUSTING, PRELUDE + attack.source, json.dumps(world.names())]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, text=True
    )
    try:
        said, _ = process.communicate(timeout=TRUSTING_SECONDS)
        found = said.split() or (["crash"] if process.returncode else [])
    except subprocess.TimeoutExpired:
        found = ["hang"]
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, 9)
    process.communicate()
    return Outcome("missing", detail="there is no sandbox"), found + world.harms(Outcome("missing"))


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


def attempt_all(combinations: Collection[str]) -> tuple[dict[str, dict[str, list[str]]], dict[str, str]]:
    """What each attack hurt under each combination of layers, and its outcome in the default profile."""
    table: dict[str, dict[str, list[str]]] = {}
    texts: dict[str, str] = {}
    attacks = load_attacks()
    with make_world() as world:
        for name in combinations:
            with make_sandbox(*COMBINATIONS[name]) as sandbox:
                for attack in attacks:
                    outcome, harms = run_attack(attack, sandbox, world)
                    table.setdefault(attack.name, {})[name] = harms
                    if name == "strict":
                        texts[attack.name] = outcome.text()
    return table, texts


def main() -> int:
    """Print which attack succeeds under which layers; 1 when one succeeds in a default profile."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--json", action="store_true", help="one document for another program")
    parser.add_argument("--only", nargs="*", default=list(COMBINATIONS), help="names of layer combinations")
    options = parser.parse_args()
    table, texts = attempt_all(options.only)
    if options.json:
        print(json.dumps({"table": table, "strict": texts}))
        return int(any(row.get("strict") for row in table.values()))
    failed = _print_table("root" if os.getuid() == 0 else "an ordinary user", table, options.only)
    if os.getuid() == 0:
        done = run_as_user(["--json", "--only", *options.only])
        if not done.stdout:
            print(done.stderr, file=sys.stderr)
            return 2
        failed += _print_table("an ordinary user", json.loads(done.stdout)["table"], options.only)
    return int(failed > 0)


def run_as_user(options: list[str]) -> subprocess.CompletedProcess[str]:
    """This file under a user without rights, on the system's Python: that of root's home is closed to others."""
    engine = Path(__file__).resolve().parents[2] / "engine"
    return subprocess.run(
        [SYSTEM_PYTHON, "-B", __file__, *options],
        user=65534,
        group=65534,
        extra_groups=[],
        env={"PYTHONPATH": str(engine), "PATH": "/usr/bin:/bin"},
        cwd="/",
        capture_output=True,
        text=True,
    )


def _print_table(who: str, table: dict[str, dict[str, list[str]]], names: list[str]) -> int:
    """Print one user's table; how many attacks succeed in the default profile."""
    open_in = {attack.name: attack for attack in load_attacks() if attack.open_when_reading}
    width = max(map(len, table)) + 2
    print(f"As {who}: what each attack hurt, by the layers in force ({len(table)} attacks)\n")
    print(" " * width + "  ".join(f"{name:>13}" for name in names))
    for name, row in table.items():
        print(f"{name:<{width}}" + "  ".join(f"{','.join(row[c]) or '·':>13}" for c in names))
    totals = [sum(bool(row[c]) for row in table.values()) for c in names]
    print(f"\n{'succeed':<{width}}" + "  ".join(f"{total:>13}" for total in totals))
    for name, attack in open_in.items():
        if table[name].get("fs-read"):
            print(f"{name}: open in fs-read, since {attack.open_when_reading}")
    print()
    return sum(bool(row.get("strict")) for row in table.values())


if __name__ == "__main__":
    sys.exit(main())
