"""The process in which model libraries live: started on first use, with a clean environment, ended at once when told.

litellm takes seconds to import, reads `.env` files of the folder it runs in and fetches a price list; xllamacpp holds
a model in memory. None of that belongs into the process that serves a person.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from velox_engine.types import VeloxError

Progress = Callable[[int], None]  # characters received so far
_START_SECONDS: Final = 180.0  # to import the library or to load a model's file
_END_SECONDS: Final = 2.0  # for a process whose output has ended to be gone
_GRACE_SECONDS: Final = 2.0  # after its own time-out the process must have answered
_HANG_UP_SECONDS: Final = 0.1  # for a process to cut its connections before it is killed
_LONGEST_LINE: Final = 32 << 20
# What the libraries need of the person's environment. Keys are not among it: each request brings its own.
_KEPT: Final = (
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"),
    *("http_proxy", "https_proxy", "all_proxy", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES"),
)
_HERE: Final = "127.0.0.1,localhost,::1"


class ModelProcess:
    """One such process; started by the first request, and again by the next one after it was ended."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._buffer = bytearray()
        self._count = 0

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._process.pid if self._process is not None else None

    def request(self, document: Mapping[str, Any], *, timeout: float, progress: Progress) -> dict[str, Any]:
        """Send one request and return its reply; whatever interrupts this ends the process.

        The reply holds `text` or `error`. Raises VeloxError `model-process` when the process cannot be started.
        """
        process = self._started()
        self._count += 1
        line = json.dumps({"id": self._count, "timeout": timeout, **document}).encode("ascii") + b"\n"
        try:
            assert process.stdin is not None
            with suppress(BrokenPipeError):  # it died: the reading below says so
                process.stdin.write(line)
                process.stdin.flush()
            return self._reply(timeout, progress)
        except BaseException:
            # Cancelled: nobody waits for the model any more.
            self.close()
            raise

    def close(self) -> None:
        """End the process now: when this returns its connections are cut, and nothing of it runs any more."""
        process, self._process = self._process, None
        if process is not None:
            _hang_up(process)
            process.kill()
            # What is left is the kernel's: freeing the memory takes long on a busy machine, and nobody needs to wait.
            threading.Thread(target=process.wait, daemon=True).start()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
        self._buffer.clear()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._folder = tempfile.TemporaryDirectory(prefix="velox-model-", ignore_cleanup_errors=True)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "velox_engine.llm.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._folder.name,
                env=clean_environment(self._folder.name),
            )
        except OSError as error:
            raise VeloxError(
                "model-process",
                f"The process that asks models cannot be started: {error}.",
                "See `velox doctor`.",
            ) from error
        return self._process

    def _end_code(self, seconds: float) -> int | None:
        """The exit code, which comes a moment after a process's output has ended; None while it runs."""
        if self._process is None:
            return None
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(seconds)
        return None

    def _reply(self, timeout: float, progress: Progress) -> dict[str, Any]:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            message = self._read_line(deadline)
            if message is None:
                late = time.monotonic() >= deadline
                ended = self._end_code(0.0 if late else _END_SECONDS)
                self.close()
                if ended is None and late:
                    return {"error": {"kind": "timeout", "message": f"no answer within {timeout:g} s"}}
                return {
                    "error": {"kind": "crashed", "message": f"the model's process ended ({_told(ended)})"}
                }
            if message.get("id") != self._count:
                continue  # the end of a request that was given up
            if "started" in message:
                deadline = time.monotonic() + timeout + _GRACE_SECONDS
            elif "received" in message:
                progress(int(message["received"]))
            else:
                return message

    def _read_line(self, deadline: float) -> dict[str, Any] | None:
        """Return the next message; None when the process ended, is silent past the deadline or talks nonsense."""
        process = self._process
        assert process is not None
        assert process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._buffer:
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    return None
                data = os.read(process.stdout.fileno(), 1 << 16)
                if not data or len(self._buffer) > _LONGEST_LINE:
                    return None
                self._buffer += data
        line, _, rest = bytes(self._buffer).partition(b"\n")
        self._buffer[:] = rest
        try:
            message = json.loads(line)
        except ValueError:
            return None
        return message if isinstance(message, dict) else None


def _hang_up(process: subprocess.Popen[bytes]) -> None:
    """Tell the process to cut its connections, and wait a moment until it has: it is asleep, and answers at once."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(OSError):
        process.stdin.close()
    deadline = time.monotonic() + _HANG_UP_SECONDS
    with suppress(OSError), selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0 and selector.select(left):
            if not os.read(process.stdout.fileno(), 1 << 16):
                break
    with suppress(OSError):
        process.stdout.close()


def clean_environment(folder: str) -> dict[str, str]:
    """The environment of the process: no keys, no settings of other tools, nothing that leads to the workspace."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {
        **kept,
        "HOME": folder,
        "USERPROFILE": folder,
        "TMPDIR": folder,
        "NO_PROXY": _HERE,
        "no_proxy": _HERE,
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_MODE": "PRODUCTION",
        "LITELLM_TELEMETRY": "False",
        "HF_HUB_OFFLINE": "1",
        "PYTHONUTF8": "1",
    }


def _told(code: int | None) -> str:
    if code is None:
        return "it said something that is no answer"
    if code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"
