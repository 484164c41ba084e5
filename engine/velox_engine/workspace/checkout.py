"""Fetches one commit of a repository into a folder that is gone afterwards; nothing of the repository is run.

git gets none of the person's configuration, so no filter, hook or rewritten address takes part. Only https, or only
the one folder of a local repository, is allowed as a protocol, redirects included. Submodules and large-file
storage stay away, and symbolic links are written as plain files, so that none leads outside.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from velox_engine.types import VeloxError
from velox_engine.workspace.repository_address import RepositoryAddress, is_commit

MEBIBYTE: Final = 1 << 20
_PREFIX: Final = "velox-repository-"
_LOOK_SECONDS: Final = 0.2  # between two looks at the size
_MOST_FILES: Final = 200_000
_SAFE: Final = (
    "core.hooksPath=/dev/null",
    "core.symlinks=false",
    "core.fsmonitor=false",
    "core.protectHFS=true",
    "core.protectNTFS=true",
    "core.attributesFile=/dev/null",
    "fetch.fsckObjects=true",
    "fetch.fsck.badTimezone=ignore",  # old mistakes of real histories that harm nobody
    "fetch.fsck.missingSpaceBeforeDate=ignore",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "advice.detachedHead=false",
    "filter.lfs.smudge=",
    "filter.lfs.process=",
    "filter.lfs.required=false",
)
# What of the person's surroundings git needs: how to reach the network, and where programs are.
_KEPT: Final = frozenset(
    {"PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "SSL_CERT_FILE", "SSL_CERT_DIR"}
    | {"GIT_SSL_CAINFO", "CURL_CA_BUNDLE"}
)
_PROXIES: Final = frozenset({"http_proxy", "https_proxy", "no_proxy", "all_proxy"})

Told = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Checkout:
    """The files of one commit."""

    folder: Path
    address: RepositoryAddress
    commit: str


@contextmanager
def checkout(
    address: RepositoryAddress,
    *,
    also: str = "",
    most_bytes: int,
    seconds: float,
    told: Told = lambda message, percentage: None,
) -> Iterator[Checkout]:
    """Fetch the commit and hold its files while the context lasts; they are removed on every way out.

    `also` names a further revision to fetch, so that it can be compared with. Raises VeloxError `no-git`,
    `fetch-failed`, `no-such-revision`, or `too-large` and `too-slow` beyond `most_bytes` and `seconds`.
    """
    if shutil.which("git") is None:
        raise VeloxError("no-git", "git is not installed.", "Install git, or name a folder.")
    _sweep()
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-") as scratch:
        folder = Path(scratch, address.name.rpartition("/")[2] or "repository")
        folder.mkdir()
        git = _Git(folder, address, most_bytes, time.monotonic() + seconds)
        told(f"fetching {address.name}", 0)
        git.run("init", "--quiet", "--template=", ".")
        git.fetch(address.ref or "HEAD")
        commit = git.run("rev-parse", "--verify", "--quiet", "FETCH_HEAD^{commit}").strip()
        if also:
            git.fetch(also, "" if is_commit(also) else f"refs/tags/{also}")
        git.require_small(commit)
        told(f"unpacking {address.name}", 50)
        git.run("checkout", "--quiet", "--detach", commit)
        yield Checkout(folder, address, commit)


class _Git:
    """git in one folder, within the limits, and in a process group that is ended as a whole."""

    def __init__(self, folder: Path, address: RepositoryAddress, most_bytes: int, deadline: float) -> None:
        self._folder = folder
        self._address = address
        self._most_bytes = most_bytes
        self._deadline = deadline

    def fetch(self, ref: str, name: str = "") -> None:
        """Fetch one commit without its history; under `name` when it is given."""
        wanted = f"+{ref}:{name}" if name else ref
        options = ("--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-commit-graph")
        try:
            self.run("fetch", *options, "--", self._address.url, wanted)
        except VeloxError as error:
            if error.code == "fetch-failed" and "couldn't find remote ref" in error.message:
                raise VeloxError(
                    "no-such-revision",
                    f"{self._address.name} has no {ref!r}.",
                    "Name a branch, a tag or a full commit id.",
                ) from error
            raise

    def require_small(self, commit: str) -> None:
        """Raise VeloxError `too-large` when the files would need more than is allowed, before any is written."""
        listed = self.run("ls-tree", "-r", "-l", "-z", commit)
        sizes = [row.split(None, 4)[3] for row in listed.split("\0") if row]
        unpacked = sum(int(size) for size in sizes if size.isdigit())
        if unpacked > self._most_bytes or len(sizes) > _MOST_FILES:
            raise self._too_large(f"{len(sizes)} files of {unpacked // MEBIBYTE} MiB")

    def run(self, *arguments: str) -> str:
        """Run git to its end and return what it printed."""
        settings = [word for setting in _SAFE for word in ("-c", setting)]
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                ["git", *settings, *arguments],
                cwd=self._folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
                start_new_session=True,
            )
            try:
                self._wait(process)
            finally:
                _end(process)
            out.seek(0)
            errors.seek(0)
            if process.returncode:
                said = errors.read(4096).decode("utf-8", "replace").strip()
                raise VeloxError(
                    "fetch-failed",
                    f"{self._address.name} could not be fetched: {said or f'git ended with {process.returncode}'}",
                    "Is the address right, and is the repository public?",
                )
            return out.read().decode("utf-8", "surrogateescape")

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        while True:
            try:
                process.wait(_LOOK_SECONDS)
                return
            except subprocess.TimeoutExpired:
                if time.monotonic() > self._deadline:
                    raise VeloxError(
                        "too-slow",
                        f"{self._address.name} was not there in time.",
                        "Raise the setting `repository-seconds`, or clone it yourself and name the folder.",
                    ) from None
                if _bytes_in(self._folder) > self._most_bytes:
                    raise self._too_large("what was fetched so far") from None

    def _too_large(self, what: str) -> VeloxError:
        return VeloxError(
            "too-large",
            f"{self._address.name} is larger than {self._most_bytes // MEBIBYTE} MiB: {what}.",
            "Raise the setting `repository-mib`, or clone it yourself and name the folder.",
        )

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if name in _KEPT or name.lower() in _PROXIES
        }
        return {
            **kept,
            "HOME": str(self._folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ALLOW_PROTOCOL": "file" if self._address.local else "https",
            "GIT_PROTOCOL_FROM_USER": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "",
            "GIT_LFS_SKIP_SMUDGE": "1",
            "GIT_CEILING_DIRECTORIES": str(self._folder.parent),
        }


def _bytes_in(folder: Path) -> int:
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(path, name)).st_size
    return total


def _end(process: subprocess.Popen[bytes]) -> None:
    """End git and the helpers it started, if it is still at work."""
    if process.poll() is None:
        with contextlib.suppress(OSError, AttributeError):  # AttributeError: there are no groups on Windows
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def _sweep() -> None:
    """Remove what runs left behind that were killed."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = left.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not _is_alive(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _is_alive(process: int) -> bool:
    if os.name == "nt":
        return True  # asking there would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
