"""Ctrl-C and SIGTERM end what is under way, also where Python would forget them."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from collections.abc import Callable
from typing import Final

_SOON: Final = 0.02  # seconds, after which the code that swallowed it has ended


def install() -> None:
    """Let SIGTERM raise KeyboardInterrupt as Ctrl-C does, and raise it again where it was lost; main thread only.

    A signal that arrives while a finalizer or a callback of a weak reference runs raises there, where Python prints
    "Exception ignored in …" and goes on (https://docs.python.org/3/library/sys.html#sys.unraisablehook).
    """
    signal.signal(signal.SIGTERM, _cancel)
    if not isinstance(sys.unraisablehook, _Again):
        sys.unraisablehook = _Again(sys.unraisablehook)


def _cancel(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


class _Again:
    """The hook for exceptions that nobody can catch: an interrupt comes again, all others go where they went."""

    def __init__(self, before: Callable[[sys.UnraisableHookArgs], object]) -> None:
        self._before = before

    def __call__(self, lost: sys.UnraisableHookArgs, /) -> None:
        if not issubclass(lost.exc_type, KeyboardInterrupt):
            self._before(lost)
            return
        timer = threading.Timer(_SOON, _interrupt)
        timer.daemon = True
        timer.start()


def _interrupt() -> None:
    """Send the main thread SIGTERM, which no program in the background ignores as it does SIGINT."""
    main = threading.main_thread().ident
    if sys.platform != "win32" and main is not None:
        signal.pthread_kill(main, signal.SIGTERM)  # also ends a system call that waits
    else:
        _thread.interrupt_main(signal.SIGTERM)
