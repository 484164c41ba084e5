"""Samples the stacks of a process by the processor time its threads use; one file, stdlib only, 3.9 and up.

`session.py` copies it as `sitecustomize.py` into a folder at the head of PYTHONPATH, and beside it the recorder's
way of stepping aside for the person's own `sitecustomize`. A thread looks at all stacks every few milliseconds; each
gets the processor time that its thread used since the last look, so that waiting weighs nothing and a long call into
C, which lets nobody look, is counted when it is over.
"""

from __future__ import annotations

import _thread
import atexit
import os
import sys
import time
from typing import Any

FOLDER_VARIABLE = "VELOX_PROFILE_FOLDER"
INTERVAL_VARIABLE = "VELOX_PROFILE_INTERVAL"

DEEPEST = 200  # frames of a stack, counted from the innermost
MOST_STACKS = 50_000  # then only the innermost function is told apart
WRITE_SECONDS = 0.1  # a process that is ended from outside, or by os._exit, loses at most so much
LARGEST_SHARE = 0.02  # of the time that looking may take: with many or deep stacks it is done less often


class Sampler:
    """Looks at the stacks of this process and writes what they cost to a file of this process."""

    def __init__(self, folder: str, interval: float) -> None:
        self.folder = folder
        self.interval = interval
        self.handle = -1
        self.running = False
        self.forking = False  # inside our own `fork`, which resumes when it is over
        self.ended = _thread.allocate_lock()
        self.forget()

    def forget(self) -> None:
        """Begin with nothing seen: in a new process."""
        self.frames: dict[Any, int] = {}  # code → number
        self.stacks: dict[Any, int] = {}  # numbers of codes → number
        self.spent: dict[int, int] = {}  # number of a stack → nanoseconds not yet written
        self.lines: list[Any] = []  # rows not yet written
        self.used: dict[int, int] = {}  # thread → nanoseconds at the last look
        self.places: dict[int, Any] = {}  # thread → where it was at the last look
        self.process_used = 0

    # -- the thread ------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Open this process's file and begin to look."""
        name = os.path.join(self.folder, "%d-%s.samples" % (os.getpid(), os.urandom(4).hex()))
        self.handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        # What the interpreter needed to start is nobody's.
        self.used[_thread.get_ident()] = max(0, thread_used(os.getpid()))
        self.process_used = time.process_time_ns()
        self.resume()

    def resume(self) -> None:
        """Begin to look, after a pause."""
        self.running = True
        self.ended.acquire()
        _thread.start_new_thread(self.watch, ())

    def pause(self) -> None:
        """Wait until the thread is gone: a fork must not copy it, and 3.12 warns where one is there."""
        if self.running:
            self.running = False
            self.ended.acquire()
            self.ended.release()

    def in_parent(self) -> None:
        """Go on after a fork that was not ours."""
        if not self.forking:
            self.resume()

    def around(self, fork: Any) -> Any:
        """A fork after which the parent goes on: the hook for that runs before 3.13 counts the threads and warns."""

        def forks() -> Any:
            self.forking = True
            try:
                return fork()
            finally:
                self.forking = False
                if not self.running:
                    self.resume()

        forks.__name__, forks.__doc__ = fork.__name__, fork.__doc__
        return forks

    def in_child(self) -> None:
        """Go on in the child of a fork, with a file of its own."""
        os.close(self.handle)
        self.ended = _thread.allocate_lock()
        self.forget()
        self.start()

    def finish(self) -> None:
        """Write what is left."""
        self.pause()
        self.write()

    def watch(self) -> None:
        """Look until told to stop."""
        try:
            me, written, wait = _thread.get_ident(), time.monotonic(), self.interval
            while self.running:
                time.sleep(wait)
                before = time.thread_time() if hasattr(time, "thread_time") else 0.0
                self.look(me)
                now = time.monotonic()
                if now - written > WRITE_SECONDS:
                    self.write()
                    written = now
                cost = (time.thread_time() if hasattr(time, "thread_time") else 0.0) - before
                wait = max(self.interval, cost / LARGEST_SHARE)
        except Exception:
            self.running = False  # the person's program must not notice
        finally:
            self.ended.release()

    # -- one look --------------------------------------------------------------------------------------------------

    def look(self, me: int) -> None:
        """Add what each thread has used since the last look to the stack it is at."""
        stacks = sys._current_frames()
        stacks.pop(me, None)
        for thread, nanoseconds in self.shares(stacks):
            if nanoseconds > 0:
                number = self.stack(stacks[thread])
                self.spent[number] = self.spent.get(number, 0) + nanoseconds

    def shares(self, stacks: Any) -> list[tuple[int, int]]:
        """What each thread has used: as the kernel says, else the process's time by who has moved."""
        threading = sys.modules.get("threading")
        known = getattr(threading, "_active", {})
        found = []
        for thread in stacks:
            native = getattr(known.get(thread), "native_id", None)
            if native is None and len(stacks) == 1:
                native = os.getpid()  # the main thread, and nobody has imported `threading`
            used = thread_used(native) if native is not None else -1
            if used < 0:
                return self.guessed(stacks)
            before = self.used.get(thread, 0)
            # Less than before: another thread, under the number of one that has ended.
            found.append((thread, used - before if used >= before else used))
            self.used[thread] = used
        return found

    def guessed(self, stacks: Any) -> list[tuple[int, int]]:
        """Split the process's time among the threads that are elsewhere than at the last look."""
        now = time.process_time_ns()
        used, self.process_used = now - self.process_used, now
        places = {thread: (id(frame), frame.f_lasti) for thread, frame in stacks.items()}
        moved = [thread for thread in stacks if self.places.get(thread) != places[thread]] or list(stacks)
        self.places = places
        return [(thread, used // len(moved)) for thread in moved]

    def stack(self, frame: Any) -> int:
        """The number of a stack; told to the file when it is seen first."""
        codes = []
        while frame is not None and len(codes) < DEEPEST:
            codes.append(self.code(frame.f_code))
            frame = frame.f_back
        if len(self.stacks) > MOST_STACKS:
            del codes[1:]
        key = tuple(codes)
        number = self.stacks.get(key)
        if number is None:
            number = self.stacks[key] = len(self.stacks)
            self.lines.append(("stack", number, key[::-1]))
        return number

    def code(self, code: Any) -> int:
        """The number of a function; told to the file when it is seen first."""
        number = self.frames.get(code)
        if number is None:
            number = self.frames[code] = len(self.frames)
            name = getattr(code, "co_qualname", code.co_name)
            file = code.co_filename
            if not file.startswith("<"):
                file = os.path.abspath(file)
            self.lines.append(("frame", number, file, code.co_firstlineno, name))
        return number

    def write(self) -> None:
        """Append what is new to the file; what cannot be written is lost and nobody's trouble."""
        lines, self.lines = self.lines, []
        spent, self.spent = self.spent, {}
        if spent:
            lines.append(("spent", list(spent.items())))
        if lines:
            try:
                os.write(self.handle, "".join([ascii(line) + "\n" for line in lines]).encode("ascii"))
            except OSError:
                pass


def thread_used(native: int) -> int:
    """Nanoseconds of processor time that a thread has used, as Linux says; -1 elsewhere."""
    try:
        handle = os.open("/proc/self/task/%d/schedstat" % native, os.O_RDONLY)
    except OSError:
        return -1
    try:
        return int(os.read(handle, 64).split()[0]) or -1
    except (OSError, ValueError, IndexError):
        return -1
    finally:
        os.close(handle)


def begin() -> None:
    """Sample this process if the session's variables say so."""
    folder = os.environ.get(FOLDER_VARIABLE)
    if not folder or not os.path.isdir(folder):
        return
    sampler = Sampler(folder, float(os.environ.get(INTERVAL_VARIABLE) or 0.005))
    try:
        sampler.start()
    except OSError:
        return
    atexit.register(sampler.finish)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=sampler.pause, after_in_parent=sampler.in_parent, after_in_child=sampler.in_child
        )
        if sys.version_info >= (3, 12):
            os.fork, os.forkpty = sampler.around(os.fork), sampler.around(os.forkpty)


if __name__ == "sitecustomize":
    begin()
    from velox_startup import step_aside  # pyright: ignore[reportMissingImports]

    step_aside(os.path.dirname(os.path.realpath(__file__)))
