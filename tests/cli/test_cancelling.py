"""A request to stop is not lost where Python cannot raise it."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

LOSES_THE_FIRST = """
import os, signal, sys, time, weakref
from velox_engine import cancelling

cancelling.install()


class Thing:
    pass


def callback(_):
    os.kill(os.getpid(), getattr(signal, sys.argv[1]))
    for _ in range(1000):
        pass  # the handler runs here


thing = Thing()
reference = weakref.ref(thing, callback)
try:
    del thing
    print("lost", flush=True)
    time.sleep(30)
except KeyboardInterrupt:
    print("ended", flush=True)
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_an_interrupt_that_a_callback_swallowed_comes_again(name: str) -> None:
    """Python prints that it was ignored, goes on, and is interrupted a moment later."""
    done = subprocess.run(
        [sys.executable, "-c", LOSES_THE_FIRST, name],
        capture_output=True,
        text=True,
        timeout=25,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert done.stdout.split() == ["lost", "ended"], done.stderr


def test_other_exceptions_that_nobody_can_catch_are_still_told() -> None:
    """The hook of before gets them."""
    code = LOSES_THE_FIRST.replace("os.kill(os.getpid(), getattr(signal, sys.argv[1]))", "1 / 0")
    code = code.replace("time.sleep(30)", "")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=25)
    assert "ZeroDivisionError" in done.stderr
    assert done.stdout.split() == ["lost"]
