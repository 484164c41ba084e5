"""Captures the arguments of a project's functions inside the person's own process; one file, stdlib only, 3.9 and up.

`session.py` copies it as `sitecustomize.py` into a folder at the head of PYTHONPATH, so that every interpreter a
command starts loads it first. It then steps aside for the person's own `sitecustomize`. Arguments are written as
source text at the moment of the call: no object is kept, nothing is pickled, and none of the person's methods run.
"""

from __future__ import annotations

import atexit
import os
import sys
from typing import Any

FOLDER_VARIABLE = "VELOX_RECORD_FOLDER"
ROOT_VARIABLE = "VELOX_RECORD_ROOT"

MOST_CASES = 80  # of one function in one process
AT_EASE = 40  # cases until which calls that look alike are kept more freely
PER_SHAPE, PER_SHAPE_AT_EASE = 4, 16  # calls whose arguments look alike, beyond and within that
MOST_CALLS = 20_000  # of one function looked at; then it costs nothing more where sys.monitoring exists
SAMPLED_SHARE = 128  # after n calls, the one n / 128 further on is looked at next
AWAKE_BEFORE = 20_000_000  # events that the profile hook (before 3.12) waits for the first function to record
AWAKE_AT_FIRST = 2_000_000  # events that it sees from then on until it begins to rest
AWAKE = 20_000  # events between rests, from then on
RESTS, LONGEST_REST = 6, 2.0  # a rest, in times of being awake, and at most in seconds
MOST_NODES = 3_000  # values inside the arguments of one call
MOST_CHARACTERS = 20_000  # of one call's arguments as text
FUNCTION_CHARACTERS = 400_000
PROCESS_CHARACTERS = 16_000_000
DEEPEST = 40

_OPTIMIZED, _VARARGS, _VARKEYWORDS, _NESTED = 0x1, 0x4, 0x8, 0x10
_RESUMABLE = 0x20 | 0x80 | 0x200  # generators, coroutines, asynchronous generators
_PRIVATE = ("password", "passwd", "secret", "api_key", "apikey", "credential", "access_token", "private_key")
_FOREIGN = (
    "site-packages",
    "dist-packages",
    "node_modules",
    "__pycache__",
    "venv",
    "env",
    "virtualenv",
)


class Dropped(Exception):
    """These arguments cannot be written down; the text says why."""


class Function:
    """What is known about one function that was called."""

    __slots__ = (
        "calls",
        "characters",
        "code",
        "done",
        "first",
        "inspect_at",
        "kept",
        "path",
        "shapes",
        "texts",
    )

    def __init__(self, code: Any, path: str) -> None:
        self.code = code  # kept, so that its id stays its own
        self.path = path
        self.calls = 0
        self.inspect_at = 1
        self.kept = 0
        self.characters = 0
        self.done = False
        self.first = 1 << 30  # the lowest instruction a resumable function was entered at
        self.shapes: dict[Any, int] = {}
        self.texts: set[str] = set()


class Recorder:
    """Watches calls in this process and appends what it sees to a file of this process."""

    def __init__(self, folder: str, root: str) -> None:
        self.folder = folder
        self.root = root
        self.start = os.getcwd() if root else ""
        self.files: dict[str, str] = {}
        self.functions: dict[int, Function] = {}
        self.counts: dict[str, int] = {}
        self.written = 0
        self.handle = -1
        self.process = 0
        self.ignore: Any = None  # what tells sys.monitoring to leave a function alone

    # -- which functions -------------------------------------------------------------------------------------

    def path_of(self, filename: str) -> str:
        """The file's path below the root; "" when its functions are not recorded."""
        known = self.files.get(filename)
        if known is None:
            known = self.files[filename] = self._path_of(filename)
        return known

    def _path_of(self, filename: str) -> str:
        if not filename.endswith(".py"):
            return ""
        path = os.path.realpath(os.path.join(self.start, filename))
        if not path.startswith(self.root + os.sep):
            return ""
        relative = path[len(self.root) + 1 :]
        parts = relative.split(os.sep)
        if any(part in _FOREIGN or part.startswith(".") for part in parts[:-1]):
            return ""
        name = parts[-1]
        if name.startswith("test_") or name.endswith("_test.py") or name in ("conftest.py", "setup.py"):
            return ""
        return relative if os.path.isfile(path) else ""

    def function_of(self, code: Any) -> Function | None:
        """The entry of a function worth recording; None for all other code."""
        entry = self.functions.get(id(code))
        if entry is not None:
            return entry
        if not code.co_flags & _OPTIMIZED or code.co_flags & _NESTED or code.co_name.startswith("<"):
            return None
        path = self.path_of(code.co_filename)
        if not path:
            return None
        entry = self.functions[id(code)] = Function(code, path)
        total = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & (_VARARGS | _VARKEYWORDS))
        names = [name.lower() for name in code.co_varnames[: total + 1]]
        if not total:
            entry.done = True
        elif any(word in name for name in names for word in _PRIVATE):
            entry.done = True
            self.count("a parameter's name says it is secret")
        return entry

    # -- hooks -----------------------------------------------------------------------------------------------

    def attach(self) -> None:
        """Begin to watch: sys.monitoring where it exists and has a free place, else the profile hook."""
        monitoring = getattr(sys, "monitoring", None)
        if monitoring is None:
            self._attach_profile()
            return
        for tool in (4, 3, 2):
            if monitoring.get_tool(tool) is None:
                monitoring.use_tool_id(tool, "velox")
                self.ignore = monitoring.DISABLE
                monitoring.register_callback(tool, monitoring.events.PY_START, self._started)
                monitoring.set_events(tool, monitoring.events.PY_START)
                return
        self._attach_profile()

    def _started(self, code: Any, offset: int) -> Any:
        entry = self.function_of(code)
        if entry is None or entry.done:
            return self.ignore
        entry.calls += 1
        if entry.calls >= entry.inspect_at:
            self._inspect(entry, sys._getframe(1))
        return None

    def _attach_profile(self) -> None:
        import gc
        import threading
        import time

        files, functions, path_of, inspect = self.files, self.functions, self.path_of, self._inspect
        left, since, resume = AWAKE_BEFORE, time.monotonic(), 0.0

        def profile(frame: Any, event: str, argument: Any) -> None:
            nonlocal left, since, resume
            left -= 1
            if event != "call":
                return
            if left < 0:
                # This hook sees every call of every library: after a while it rests most of the time.
                sys.setprofile(None)
                now = time.monotonic()
                resume = now + min(RESTS * (now - since), LONGEST_REST)
                return
            code = frame.f_code
            filename = code.co_filename
            known = files.get(filename)
            if known == "" or (known is None and not path_of(filename)):
                return
            if not functions:
                # What came before, such as a test runner that imports its plugins, was only the way here.
                left, since = AWAKE_AT_FIRST, time.monotonic()
            entry = functions.get(id(code)) or self.function_of(code)
            if entry is None or entry.done:
                return
            if code.co_flags & _RESUMABLE:
                # The hook also sees each resumption: only an entry at the very beginning is a call.
                entry.first = min(entry.first, frame.f_lasti)
                if frame.f_lasti > entry.first:
                    return
            entry.calls += 1
            if entry.calls >= entry.inspect_at:
                inspect(entry, frame)

        def wake(phase: str, information: Any) -> None:
            nonlocal left, since
            if phase == "stop" and left < 0 and time.monotonic() >= resume and sys.getprofile() is None:
                left, since = AWAKE, time.monotonic()
                sys.setprofile(profile)

        gc.callbacks.append(wake)  # nothing else comes by regularly without a thread or a signal
        threading.setprofile(profile)
        sys.setprofile(profile)

    def _inspect(self, entry: Function, frame: Any) -> None:
        calls = entry.calls
        entry.inspect_at = calls + max(1, calls // SAMPLED_SHARE)
        try:
            self._capture(entry, frame)
        except Dropped as reason:
            self.count(str(reason))
        except RecursionError:
            self.count("nested too deeply")
        except Exception:
            self.count("changed while it was read")
        if (
            entry.kept >= MOST_CASES
            or calls >= MOST_CALLS
            or entry.characters > FUNCTION_CHARACTERS
            or self.written > PROCESS_CHARACTERS
        ):
            entry.done = True
            entry.texts.clear()
            entry.shapes.clear()

    # -- one call --------------------------------------------------------------------------------------------

    def _capture(self, entry: Function, frame: Any) -> None:
        code, values = entry.code, frame.f_locals
        names = code.co_varnames
        positional = code.co_argcount
        last = positional + code.co_kwonlyargcount
        args = [values[name] for name in names[:positional]]
        kwargs = {name: values[name] for name in names[positional:last]}
        if code.co_flags & _VARARGS:
            args.extend(values[names[last]])
            last += 1
        if code.co_flags & _VARKEYWORDS:
            kwargs.update(values[names[last]])
        shape = tuple([shape_of(value) for value in args] + [shape_of(value) for value in kwargs.values()])
        seen = entry.shapes.get(shape, 0)
        if seen >= (PER_SHAPE_AT_EASE if entry.kept < AT_EASE else PER_SHAPE):
            return
        text = Writer(frame.f_globals).call(args, kwargs)
        if text in entry.texts:
            return
        entry.shapes[shape] = seen + 1
        entry.texts.add(text)
        entry.kept += 1
        entry.characters += len(text)
        self._write((entry.path, code.co_firstlineno, code.co_name, text))

    # -- the file --------------------------------------------------------------------------------------------

    def count(self, reason: str) -> None:
        """Remember that something was left out, and why."""
        self.counts[reason] = self.counts.get(reason, 0) + 1

    def open(self) -> None:
        """Begin the file of this process (again after a fork)."""
        if self.process != os.getpid():
            self.process = os.getpid()
            self.counts = {}
            name = os.path.join(self.folder, "%d-%s.calls" % (self.process, os.urandom(4).hex()))
            self.handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def _write(self, row: tuple[Any, ...]) -> None:
        line = (ascii(row) + "\n").encode("ascii")
        self.written += len(line)
        try:
            self.open()
            os.write(self.handle, line)
        except OSError:
            self.count("the recording could not be written")

    def finish(self) -> None:
        """Write down what was left out."""
        self._write(("", 0, "", ascii(self.counts)))


# -- values as text -------------------------------------------------------------------------------------------------


def shape_of(value: Any, depth: int = 2) -> Any:
    """What a value looks like from afar: its type, the order of its size, the types inside."""
    kind = type(value)
    if kind is int:
        return "0" if not value else "-" if value < 0 else "n" if value < 1 << 31 else "N"
    if kind is bool or value is None:
        return value
    if kind is float:
        return "." if value == value and value not in (float("inf"), -float("inf")) else ascii(value)
    if kind is str or kind is bytes:
        return kind.__name__, min(len(value).bit_length(), 8), kind is bytes or value.isascii()
    if kind in (list, tuple, set, frozenset, dict) or kind.__name__ == "deque":
        size = len(value).bit_length()
        if not depth:
            return kind.__name__, size
        inside = []
        for item in value:
            inside.append(shape_of(item, depth - 1))
            if len(inside) == 4:
                break
        if kind is dict:
            for item in value.values():
                inside.append(shape_of(item, depth - 1))
                if len(inside) >= 8:
                    break
        return kind.__name__, size, tuple(inside)
    if depth:
        try:
            own = object.__getattribute__(value, "__dict__")
        except AttributeError:
            return kind
        if type(own) is dict and len(own) <= 20:
            return kind, tuple([shape_of(item, depth - 1) for item in own.values()])
    return kind


class Writer:
    """Writes the arguments of one call as an expression that evaluates back in the function's own module."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.namespace = namespace
        self.left = MOST_NODES
        self.active: set[int] = set()
        self.times: dict[int, int] = {}
        self.names: dict[int, str] = {}
        self.recipe = 0  # above 0 inside an expression that only the child can evaluate

    def call(self, args: list[Any], kwargs: dict[str, Any]) -> str:
        """`([1], 2, **{'key': 3})`; a list that is passed twice is named, `((v1 := [1]), v1)`."""
        for value in (*args, *kwargs.values()):
            self.look(value, 0)
        parts = [self.text(value) for value in args]
        if kwargs:
            inside = ", ".join(["%r: %s" % (name, self.text(value)) for name, value in kwargs.items()])
            parts.append("**{%s}" % inside)
        text = "(%s,)" % parts[0] if len(parts) == 1 and not kwargs else "(%s)" % ", ".join(parts)
        if len(text) > MOST_CHARACTERS:
            raise Dropped("arguments too large")
        return text

    def look(self, value: Any, depth: int) -> None:
        """Count how often each mutable container occurs; refuse what is too large before writing any of it."""
        self.left -= 1
        if self.left < 0 or depth > DEEPEST:
            raise Dropped("arguments too large")
        kind = type(value)
        if kind in (str, bytes, bytearray):
            if len(value) > MOST_CHARACTERS:
                raise Dropped("arguments too large")
        elif kind is int and value.bit_length() > 4096:
            raise Dropped("arguments too large")
        if kind in (list, dict, set, bytearray):
            key = id(value)
            self.times[key] = self.times.get(key, 0) + 1
            if self.times[key] > 1:
                return
        if kind in (list, tuple, set, frozenset):
            if len(value) > MOST_NODES:
                raise Dropped("arguments too large")
            for item in value:
                self.look(item, depth + 1)
        elif kind is dict:
            for key, item in value.items():
                self.look(key, depth + 1)
                self.look(item, depth + 1)

    def text(self, value: Any) -> str:
        """Source text of one value."""
        kind = type(value)
        if value is None or kind in (bool, int, str, bytes):
            return ascii(value)
        if kind is float:
            text = repr(value)
            return text if text[-1] not in "nf" else "float('%s')" % text
        if kind is complex:
            return "complex(%s, %s)" % (self.text(value.real), self.text(value.imag))
        key = id(value)
        named = not self.recipe and self.times.get(key, 0) > 1
        if named and key in self.names:
            return self.names[key]
        if key in self.active:
            raise Dropped("arguments that contain themselves")
        self.active.add(key)
        try:
            body = self.body(value, kind)
        finally:
            self.active.discard(key)
        if named:
            self.names[key] = "v%d" % (len(self.names) + 1)
            return "(%s := %s)" % (self.names[key], body)
        return body

    def body(self, value: Any, kind: Any) -> str:
        """Source text of a value that is no atom."""
        if kind is list:
            return "[%s]" % ", ".join([self.text(item) for item in value])
        if kind is tuple:
            inside = ", ".join([self.text(item) for item in value])
            return "(%s,)" % inside if len(value) == 1 else "(%s)" % inside
        if kind is dict:
            if all(plain_key(key) for key in value):
                inside = ["%s: %s" % (self.text(key), self.text(item)) for key, item in value.items()]
                return "{%s}" % ", ".join(inside)
            return "dict(%s)" % self.inside(list(value.items()))
        if kind in (set, frozenset):
            return (
                "%s(%s)" % (kind.__name__, self.inside(ordered(value))) if value else "%s()" % kind.__name__
            )
        if kind is bytearray:
            return "bytearray(%r)" % bytes(value)
        if kind is range:
            return "range(%d, %d, %d)" % (value.start, value.stop, value.step)
        if kind is slice:
            return "slice(%s, %s, %s)" % (
                self.text(value.start),
                self.text(value.stop),
                self.text(value.step),
            )
        self.left -= 10
        if self.left < 0:
            raise Dropped("arguments too large")
        self.recipe += 1
        try:
            return self.object(value, kind)
        finally:
            self.recipe -= 1

    def inside(self, value: Any) -> str:
        """Text of contents that stand inside a call."""
        self.recipe += 1
        try:
            self.left -= len(value)
            if self.left < 0:
                raise Dropped("arguments too large")
            return self.text(value)
        finally:
            self.recipe -= 1

    def object(self, value: Any, kind: Any) -> str:
        """An expression that rebuilds an object: a known type of the library, a name, or a class's own instance."""
        module, name = kind.__module__, kind.__qualname__
        known = LIBRARY.get((module, name))
        if known is not None:
            return known(self, value)
        if module == "numpy":
            return self.numpy(value, kind)
        if kind.__name__ in ITERATORS and module == "builtins":
            return self.iterator(value)
        if issubclass(kind, type) or kind.__name__ in ("function", "builtin_function_or_method"):
            return self.reference(value)
        if module in ("builtins", "_io", "_thread", "io", "threading", "types", "socket"):
            raise Dropped("a %s among the arguments" % kind.__name__)
        for base in kind.__mro__:
            if base.__module__ == "enum" and base.__name__ == "Enum":
                return "%s.%s" % (self.reference(kind), object.__getattribute__(value, "_name_"))
        if issubclass(kind, tuple) and "_fields" in kind.__dict__ and kind.__new__ is not tuple.__new__:
            return "%s._make([%s])" % (self.reference(kind), ", ".join([self.text(item) for item in value]))
        if kind.__new__ is not object.__new__ or "__reduce_ex__" in kind.__dict__:
            raise Dropped("objects that only their own constructor can make")
        return self.instance(value, kind)

    def instance(self, value: Any, kind: Any) -> str:
        """An instance of the person's own class: made without its constructor, its state put back."""
        state = {}
        for base in kind.__mro__:
            slots = base.__dict__.get("__slots__", ())
            for name in (slots,) if type(slots) is str else slots:
                member = base.__dict__.get(name)
                if member is not None and type(member).__name__ == "member_descriptor":
                    try:
                        state[name] = member.__get__(value)
                    except AttributeError:
                        continue
        try:
            own = object.__getattribute__(value, "__dict__")
        except AttributeError:
            own = {}
        if type(own) is dict:
            state.update(own)
        text = "{%s}" % ", ".join(["%r: %s" % (name, self.text(item)) for name, item in state.items()])
        made = "object.__new__(%s)" % self.reference(kind)
        return "(lambda o, s: ([object.__setattr__(o, k, s[k]) for k in s], o)[1])(%s, %s)" % (made, text)

    def reference(self, value: Any) -> str:
        """A name under which the function's module, or an import, finds a class or function."""
        name = getattr(value, "__qualname__", "")
        module = getattr(value, "__module__", None)
        head = name.partition(".")[0]
        if not name.replace(".", "").isidentifier():
            raise Dropped("a lambda or an inner function or class among the arguments")
        if module == "builtins":
            import builtins

            if getattr(builtins, name, None) is value and name not in self.namespace:
                return name
            raise Dropped("a bound method among the arguments")
        found = self.namespace.get(head)
        for part in name.split(".")[1:]:
            found = getattr(found, part, None)
        if found is value:
            return name
        outer = sys.modules.get(module or "")
        for part in name.split("."):
            outer = getattr(outer, part, None)
        if outer is not value or module == "__main__":
            raise Dropped("a class or function that no import finds")
        return "__import__(%r, fromlist=['_']).%s" % (module, name)

    def numpy(self, value: Any, kind: Any) -> str:
        """Small arrays and scalars of numpy."""
        if kind.__name__ == "ndarray":
            if value.size > MOST_NODES or value.dtype.kind not in "biufcSU":
                raise Dropped("large or unusual arrays")
            return "__import__('numpy').array(%s, dtype=%r).reshape(%r)" % (
                self.inside(value.ravel().tolist()),
                value.dtype.str,
                value.shape,
            )
        if getattr(kind, "item", None) is None or value.dtype.kind not in "biufc":
            raise Dropped("a numpy %s among the arguments" % kind.__name__)
        return "__import__('numpy').dtype(%r).type(%s)" % (value.dtype.str, self.text(value.item()))

    def iterator(self, value: Any) -> str:
        """A one-shot iterator over a built-in container: what is left of it, without consuming it."""
        import copy

        if value.__length_hint__() > MOST_NODES:
            raise Dropped("arguments too large")
        rest = list(copy.copy(value))
        if type(value).__name__ in ("str_iterator", "str_ascii_iterator"):
            return "iter(%s)" % ascii("".join(rest))
        return "iter(%s)" % self.inside(tuple(rest) if type(value).__name__ == "tuple_iterator" else rest)


ITERATORS = ("list_iterator", "tuple_iterator", "str_iterator", "str_ascii_iterator", "range_iterator")


def plain_key(key: Any) -> bool:
    """Whether a dict's key can stand in a display that is read without running code."""
    if type(key) is tuple:
        return all(plain_key(item) for item in key)
    return key is None or type(key) in (bool, int, str, bytes, float)


def ordered(items: Any) -> list[Any]:
    """A set's elements in an order of their own where they have one; another run may hold them differently."""
    try:
        return sorted(items) if {type(item) for item in items} <= {int, str} else list(items)
    except TypeError:
        return list(items)


def _by_repr(writer: Writer, value: Any) -> str:
    """Ex) decimal.Decimal('1.5') as __import__('decimal').Decimal('1.5')."""
    name = type(value).__name__
    return "__import__(%r).%s%s" % (type(value).__module__.lstrip("_"), name, repr(value)[len(name) :])


def _clock(writer: Writer, value: Any) -> str:
    """datetime, date, time, timedelta and timezone: their repr names the module."""
    zone = getattr(value, "tzinfo", None)
    if zone is not None and type(zone).__qualname__ != "timezone":
        if type(zone).__name__ != "ZoneInfo" or not getattr(zone, "key", None):
            raise Dropped("a time zone of another library")
        naive = _clock(writer, value.replace(tzinfo=None))
        return "%s.replace(tzinfo=__import__('zoneinfo').ZoneInfo(%r))" % (naive, zone.key)
    return repr(value).replace("datetime.", "__import__('datetime').")


def _deque(writer: Writer, value: Any) -> str:
    inside = writer.inside(list(value))
    return "__import__('collections').deque(%s, %r)" % (inside, value.maxlen)


def _counted(writer: Writer, value: Any) -> str:
    inside = writer.inside(list(value.items()))
    return "__import__('collections').%s(dict(%s))" % (type(value).__name__, inside)


def _defaultdict(writer: Writer, value: Any) -> str:
    factory = "None" if value.default_factory is None else writer.reference(value.default_factory)
    return "__import__('collections').defaultdict(%s, dict(%s))" % (
        factory,
        writer.inside(list(value.items())),
    )


def _pattern(writer: Writer, value: Any) -> str:
    return "__import__('re').compile(%s, %d)" % (ascii(value.pattern), value.flags)


def _path(writer: Writer, value: Any) -> str:
    name = type(value).__name__.replace("Windows", "").replace("Posix", "")
    return "__import__('pathlib').%s(%s)" % (name, ascii(str(value)))


def _uuid(writer: Writer, value: Any) -> str:
    return "__import__('uuid').UUID(%r)" % str(value)


def _array(writer: Writer, value: Any) -> str:
    return "__import__('array').array(%r, %s)" % (value.typecode, writer.inside(value.tolist()))


LIBRARY = {
    ("decimal", "Decimal"): _by_repr,
    ("fractions", "Fraction"): _by_repr,
    ("datetime", "datetime"): _clock,
    ("datetime", "date"): _clock,
    ("datetime", "time"): _clock,
    ("datetime", "timedelta"): _clock,
    ("datetime", "timezone"): _clock,
    ("collections", "deque"): _deque,
    ("collections", "Counter"): _counted,
    ("collections", "OrderedDict"): _counted,
    ("collections", "defaultdict"): _defaultdict,
    ("re", "Pattern"): _pattern,
    ("uuid", "UUID"): _uuid,
    ("array", "array"): _array,
    **{
        (module, name): _path
        for module in ("pathlib", "pathlib._local")
        for name in ("PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath")
    },
}


# -- start ----------------------------------------------------------------------------------------------------------


def step_aside(here: str) -> None:
    """Leave the search path, and load the person's own `sitecustomize` if there is one."""
    sys.path[:] = [path for path in sys.path if os.path.realpath(path or ".") != here]
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    sys.path_importer_cache.pop(here, None)
    spec = PathFinder.find_spec("sitecustomize", sys.path)
    if spec is not None and spec.loader is not None:
        module = module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


def begin() -> None:
    """Record in this process if the session's variables say so."""
    folder, root = os.environ.get(FOLDER_VARIABLE), os.environ.get(ROOT_VARIABLE)
    if not folder or not root or not os.path.isdir(folder):
        return
    recorder = Recorder(folder, root)
    try:
        recorder.open()
    except OSError:
        return
    atexit.register(recorder.finish)
    recorder.attach()


if __name__ == "sitecustomize":
    begin()
    step_aside(os.path.dirname(os.path.realpath(__file__)))
