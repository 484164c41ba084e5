"""The seccomp filter, run by a small interpreter of its instructions: what it lets through on either architecture."""

from __future__ import annotations

import itertools
import struct

import pytest

from velox_engine.verify.sandbox import child

ALLOW, EPERM, EAGAIN, ENOSYS, KILL = 0x7FFF0000, 0x50001, 0x5000B, 0x50026, 0x80000000
ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
PID = 4321
# By name: (x86_64, aarch64). None of these is in the filter's own table.
NEVER = {
    "execve": (59, 221),
    "execveat": (322, 281),
    "socket": (41, 198),
    "connect": (42, 203),
    "socketpair": (53, 199),
    "memfd_create": (319, 279),
    "fchmodat": (268, 53),
    "fchownat": (260, 54),
    "linkat": (265, 37),
    "symlinkat": (266, 36),
    "mknodat": (259, 33),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "io_uring_setup": (425, 425),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "mount": (165, 40),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "setns": (308, 268),
    "chroot": (161, 51),
    "setuid": (105, 146),
    "prctl": (157, 167),
    "setrlimit": (160, 164),
    "sched_setaffinity": (203, 122),
    "ioctl": (16, 29),
    "openat2": (437, 437),
    "keyctl": (250, 219),
    "shmget": (29, 194),
    "landlock_restrict_self": (446, 446),
}
PROFILES = list(itertools.product((False, True), repeat=4))


@pytest.fixture(params=ARCHITECTURES)
def column(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Each architecture in turn, as the filter's table counts them."""
    known = ARCHITECTURES[request.param]
    monkeypatch.setattr(child, "architecture", lambda: known)
    return known[1]


def decide(
    code: list[tuple[object, ...]], column: int, number: int, *arguments: int, word: int | None = None
) -> int:
    """What the filter says to a call."""
    audit = next(w for w, c in ARCHITECTURES.values() if c == column) if word is None else word
    data = struct.pack("<iIQ6Q", number, audit, 0, *arguments, *[0] * (6 - len(arguments)))
    value = place = 0
    while True:
        operation, yes, no, operand = code[place]
        operand = PID if operand == "pid" else operand
        assert isinstance(operand, int)
        assert isinstance(yes, int)
        assert isinstance(no, int)
        assert 0 <= yes < 256
        assert 0 <= no < 256
        place += 1
        if operation == 0x06:
            return operand
        if operation == 0x20:
            value = struct.unpack_from("<I", data, operand)[0]
            continue
        found = {0x15: value == operand, 0x35: value >= operand, 0x45: bool(value & operand)}[operation]  # type: ignore[index]
        place += yes if found else no


@pytest.mark.parametrize("profile", PROFILES, ids=str)
def test_no_profile_lets_a_dangerous_call_through(column: int, profile: tuple[bool, ...]) -> None:
    code = child.seccomp_program(*profile)
    for name, numbers in NEVER.items():
        assert decide(code, column, numbers[column]) == EPERM, name


@pytest.mark.parametrize("profile", PROFILES, ids=str)
def test_other_architectures_and_unknown_numbers_do_not_pass(column: int, profile: tuple[bool, ...]) -> None:
    code = child.seccomp_program(*profile)
    assert decide(code, column, 0, word=0x40000003) == KILL  # 32-bit calls
    assert decide(code, column, 9_999) == EPERM
    if column == 0:
        assert decide(code, column, 0x40000000 + 1) == KILL  # the x32 table


def test_the_default_profile_opens_looks_at_and_changes_no_file(column: int) -> None:
    code = child.seccomp_program(False, False, True, False)
    for name in child._READING | child._WRITING | {"open", "openat"}:
        number = child._SYSCALLS[name][column]
        assert number is None or decide(code, column, number) == EPERM, name


def test_the_reading_profile_opens_only_to_read_unless_a_folder_is_its_own(column: int) -> None:
    number = child._SYSCALLS["openat"][column]
    assert number is not None
    for writing, expected in ((False, EPERM), (True, ALLOW)):
        code = child.seccomp_program(True, False, True, writing)
        assert decide(code, column, number, 0, 0, 0) == ALLOW
        for flags in (0o1, 0o2, 0o100, 0o1000, 0o2000):
            assert decide(code, column, number, 0, 0, flags) == expected
        assert decide(code, column, number, 0, 0, 0o20200000) == EPERM  # an unnamed file
        for name in child._WRITING:
            other = child._SYSCALLS[name][column]
            assert other is None or decide(code, column, other) == expected, name


def test_conditions_look_at_the_arguments(column: int) -> None:
    def ask(name: str, *arguments: int, threads: bool = False) -> int:
        number = child._SYSCALLS[name][column]
        assert number is not None
        return decide(child.seccomp_program(False, threads, True, False), column, number, *arguments)

    assert (ask("kill", PID, 9), ask("kill", 1, 9), ask("kill", (1 << 32) - 1, 9)) == (ALLOW, EPERM, EPERM)
    assert (ask("mmap", 0, 0, 3), ask("mmap", 0, 0, 7)) == (ALLOW, EPERM)
    assert (ask("fcntl", 1, 3), ask("fcntl", 1, 8)) == (ALLOW, EPERM)  # F_GETFL and F_SETOWN
    assert (ask("prlimit64", 0, 0, 0), ask("prlimit64", 0, 0, 99)) == (ALLOW, EPERM)
    assert (ask("clone", 17), ask("clone", 17, threads=True)) == (EAGAIN, EAGAIN)
    assert (ask("clone", 0x3D0F00), ask("clone", 0x3D0F00, threads=True)) == (EAGAIN, ALLOW)
    assert ask("clone3", 0) == ENOSYS
    assert ask("seccomp", 1) == EPERM
