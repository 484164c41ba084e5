"""The only file that runs inside the user's interpreter: codec, confinement, zygote and run.

Self-contained and standard library only, for CPython 3.9 to 3.14 on Linux. It is started by path, never as part of
Velox, so it lives in one file whatever its length. The parent imports the codec from here, so that the format exists
once. Nothing in this file is trusted once untrusted code has run beside it: the parent compares bytes and takes no
verdict, no time and no limit from what is sent back.

Order of its life: `zygote` boots, confines what it can for all runs and preloads modules; each run is one fork
(`run`) that confines itself, loads the program, locks down for good and then answers requests until it is killed.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":
    # The current folder must not shadow modules of the standard library or of the user.
    sys.path[:] = [path for path in sys.path if path]
    sys.dont_write_bytecode = True

import gc
import itertools
import os
import struct
import types
from array import array
from collections import OrderedDict, defaultdict, deque

PROTOCOL = 1

# --------------------------------------------------------------------------------------------------------------------
# Codec: values to canonical bytes and back. Same value, same bytes; different type, value, order or aliasing, other
# bytes. Both directions walk with an explicit stack, so depth is bounded by memory and never by recursion.
# --------------------------------------------------------------------------------------------------------------------

_INT = struct.Struct("<cq").pack
_FLOAT = struct.Struct("<cd").pack
_SIZED = struct.Struct("<cI").pack
_BODY = struct.Struct("<Ic").pack
_U32 = struct.Struct("<I").pack
_NAN = b"f\x00\x00\x00\x00\x00\x00\xf8\x7f"
_INT64 = 1 << 63
NESTED_LIMIT = 60  # of sets in sets and generators in generators, which need a codec of their own
STEP_LIMIT = 10_000  # of a generator: two that agree so far are taken as equal
TIMED_STEPS = 50_000  # of one that is timed: what it keeps has to get long before that shows

_FUNCTION_TYPES = (types.FunctionType, types.BuiltinFunctionType, types.MethodType)


class Unserialisable(Exception):
    """A value that has no canonical bytes; the text says which."""


class Oversized(Unserialisable):
    """More bytes than the limit."""


class _Body:
    """Elements still to be written, without a container's tag: the values of a dict after its keys."""

    __slots__ = ("items",)

    def __init__(self, items):
        self.items = items


class Drained:
    """A generator or iterator already consumed: its exact type, the bytes of each step and how it ended."""

    __slots__ = ("ended", "name", "steps")

    def __init__(self, name, steps, ended):
        self.name = name
        self.steps = steps
        self.ended = ended


def _encode_int(value):
    if -_INT64 <= value < _INT64:
        return _INT(b"i", value)
    raw = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    return _SIZED(b"j", len(raw)) + raw


def _encode_float(value):
    return _FLOAT(b"f", value) if value == value else _NAN


def _encode_complex(value):
    return b"c" + _encode_float(value.real) + _encode_float(value.imag)


def _encode_str(value):
    raw = value.encode("utf-8", "surrogatepass")
    return _SIZED(b"s", len(raw)) + raw


def _encode_bytes(value):
    return _SIZED(b"b", len(value)) + value


_ATOMS = {
    type(None): lambda value: b"N",
    bool: lambda value: b"T" if value else b"F",
    int: _encode_int,
    float: _encode_float,
    complex: _encode_complex,
    str: _encode_str,
    bytes: _encode_bytes,
    type(Ellipsis): lambda value: b".",
    type(NotImplemented): lambda value: b"!",
}


def _packed(items, limit):
    """The body of homogeneous elements in bulk, or None: (count, kind, raw)."""
    count = len(items)
    if not count:
        return _BODY(0, b".")
    kinds = set(map(type, items))
    if len(kinds) != 1:
        return None
    kind = kinds.pop()
    if (kind is int or kind is float) and 8 * count > limit:
        raise Oversized("larger than %d bytes" % limit)
    if kind is int:
        try:
            return _BODY(count, b"q") + array("q", items).tobytes()
        except OverflowError:
            return None
    if kind is float:
        total = sum(items)
        if total != total:  # a NaN among them, or inf - inf: one by one, to have one NaN
            return None
        return _BODY(count, b"d") + array("d", items).tobytes()
    if kind is str:
        raw = "".join(items).encode("utf-8", "surrogatepass")
        return _BODY(count, b"S") + array("I", map(len, items)).tobytes() + _U32(len(raw)) + raw
    return None


class Encoder:
    """Appends values to `out`; all of them share one numbering of mutable objects, so aliasing shows."""

    def __init__(self, limit=1 << 26, recipe=None, depth=0):
        self.out = bytearray()
        self.limit = limit
        self.recipe = recipe  # the parent's type for "build this in the child"
        self.depth = depth
        self.refs = {}
        self.keep = []  # what `refs` knows by id must not be freed meanwhile

    def add(self, value, lenient=False):
        """Write one value. `lenient` names what has no bytes (a callable among the arguments) instead of failing."""
        out, refs, keep, atoms, limit = self.out, self.refs, self.keep, _ATOMS, self.limit
        stack = [value]
        pop = stack.pop
        while stack:
            item = pop()
            kind = type(item)
            atom = atoms.get(kind)
            if atom is not None:
                out += atom(item)
                continue
            if len(out) > limit:
                raise Oversized("larger than %d bytes" % limit)
            if kind is tuple:
                out += b"t"
            elif kind is _Body:
                item = item.items
            else:
                known = refs.get(id(item))
                if known is not None:
                    out += _SIZED(b"R", known)
                    continue
                if kind is list:
                    refs[id(item)] = len(refs)
                    keep.append(item)
                    out += b"l"
                elif kind is dict:
                    refs[id(item)] = len(refs)
                    keep.append(item)
                    out += b"d"
                    stack.append(_Body(list(item.values())))
                    item = list(item)
                elif kind is set:
                    refs[id(item)] = len(refs)
                    keep.append(item)
                    out += b"e"
                    self._set(item, stack)
                    continue
                elif kind is frozenset:
                    out += b"z"
                    self._set(item, stack)
                    continue
                else:
                    self._object(item, kind, stack, lenient)
                    continue
            packed = _packed(item, limit)
            if packed is not None:
                out += packed
            else:
                out += _BODY(len(item), b".")
                stack.extend(reversed(item))
        if len(out) > limit:
            raise Oversized("larger than %d bytes" % limit)

    def nested(self):
        """An encoder for a part whose references are its own."""
        if self.depth >= NESTED_LIMIT:
            raise Unserialisable("sets or generators nested too deeply")
        return Encoder(self.limit, self.recipe, self.depth + 1)

    def _set(self, item, stack):
        items = list(item)
        kinds = set(map(type, items))
        if len(kinds) == 1 and (int in kinds or str in kinds):
            items.sort()
            packed = _packed(items, self.limit)
            if packed is not None:
                self.out += packed
                return
        rows = []
        shared = False
        for position, element in enumerate(items):
            part = self.nested()
            part.add(element)
            shared = shared or bool(part.refs)
            rows.append((bytes(part.out), position))
        rows.sort()
        self.out += _BODY(len(rows), b".")
        if shared:
            stack.extend(items[position] for _, position in reversed(rows))
        else:
            self.out += b"".join([raw for raw, _ in rows])

    def _object(self, item, kind, stack, lenient):
        out = self.out
        if kind is bytearray:
            self._remember(item)
            out += _SIZED(b"y", len(item)) + item
        elif kind is range:
            out += b"r"
            stack.extend((item.step, item.stop, item.start))
        elif kind is slice:
            out += b"/"
            stack.extend((item.step, item.stop, item.start))
        elif kind is Drained:
            self._drained(item)
        elif kind is self.recipe:
            self._remember(item)
            raw = item.text.encode("utf-8", "surrogatepass")
            out += _SIZED(b"X", len(raw)) + raw
        else:
            try:
                if is_lazy(kind):
                    self._remember(item)
                    self._drained(drain(item, self))
                    return
                name, shared, parts = take_apart(item, kind, self)
            except Oversized:
                raise
            except Unserialisable:
                if not lenient:
                    raise
                name, shared, parts = "?" + type_name(kind), True, ()
            if shared:
                self._remember(item)
            raw = name.encode("utf-8", "surrogatepass")
            out += _SIZED(b"O" if shared else b"o", len(raw)) + raw + _U32(len(parts))
            stack.extend(reversed(parts))

    def _remember(self, item):
        self.refs[id(item)] = len(self.refs)
        self.keep.append(item)

    def _drained(self, item):
        raw = item.name.encode("utf-8", "surrogatepass")
        self.out += _SIZED(b"G", len(raw)) + raw + _U32(len(item.steps))
        for step in item.steps:
            self.out += _U32(len(step)) + step
        self.out += _U32(len(item.ended)) + item.ended


def encode(*values, limit=1 << 26, recipe=None):
    """The canonical bytes of values that share one numbering."""
    encoder = Encoder(limit, recipe)
    for value in values:
        encoder.add(value)
    return bytes(encoder.out)


# What an object is made of -------------------------------------------------------------------------------------------


_HEAP = 1 << 9  # Py_TPFLAGS_HEAPTYPE
# The program's name once it is about to run: from then on, names of other modules are checked before they are believed.
_own_module = None


def type_name(kind):
    """Exact dotted name of a type; a name that claims to be another module's and is not begins with a tilde."""
    try:
        module, name = kind.__module__, kind.__qualname__
    except Exception:
        return "?"
    module = module if type(module) is str else "?"
    name = name if type(name) is str else "?"
    whole = name if module == "builtins" else module + "." + name
    if _own_module is None or module == _own_module or not kind.__flags__ & _HEAP:
        return whole
    found = sys.modules.get(module)
    try:
        for part in name.split("."):
            found = getattr(found, part)
    except Exception:
        found = None
    return whole if found is kind else "~" + whole


_LAZY_MODULES = ("builtins", "itertools", "collections", "_collections", "_functools")
_ITERTOOLS = frozenset(value for value in vars(itertools).values() if isinstance(value, type))


def is_lazy(kind):
    """Whether values of this type are consumed to be seen: generators and the iterators of the built-in modules."""
    return (
        kind is types.GeneratorType
        or (kind in _ITERTOOLS and hasattr(kind, "__next__"))
        or (kind.__module__ in _LAZY_MODULES and not kind.__flags__ & _HEAP and hasattr(kind, "__next__"))
    )


def drain(iterator, encoder, snapshot=True):
    """Consume an iterator; each step is written as it comes, since it may be changed by the next."""
    steps = []
    given = {}
    size = 0
    ended = b"+"
    name = type_name(type(iterator))
    if type(iterator) is types.GeneratorType:
        name = "generator"
    most = STEP_LIMIT if snapshot else TIMED_STEPS
    while len(steps) < most:
        try:
            value = next(iterator)
        except StopIteration as stop:
            ended = b"." if stop.value is None else b"=" + _standalone(stop.value, encoder)
            break
        except Exception as error:
            ended = b"!" + _standalone(exception_parts(error), encoder)
            break
        if snapshot:
            value = _step(value, given, encoder)
            size += len(value)
            if size > encoder.limit:
                raise Oversized("larger than %d bytes" % encoder.limit)
        steps.append(value)
    return Drained(name, steps, ended)


def _step(value, given, encoder):
    """The bytes of one step; whoever collects the steps sees whether two of them are one object."""
    if type(value) in (list, dict, set, bytearray):
        before = given.get(id(value))
        if before is not None:
            return _standalone(("an object given before", before[0], value), encoder)
        given[id(value)] = (len(given), value)  # kept, so that the id stays its own
    return _standalone(value, encoder)


def _standalone(value, encoder, lenient=False):
    part = encoder.nested()
    part.add(value, lenient)
    return bytes(part.out)


def exception_parts(error):
    """(type, text) of an exception, free of memory addresses and of wording that depends on where a stack ended."""
    kind = type(error)
    try:
        text = str(error)
        if type(text) is not str:
            text = str.__str__(text)
    except Exception as inner:
        text = "<no text: %s>" % type_name(type(inner))
    if issubclass(kind, RecursionError):
        text = "maximum recursion depth exceeded"
    return type_name(kind), without_addresses(text[:100_000])


def exception_rest(error, text, encoder):
    """What an exception carries besides its type and text: arguments, attributes with notes, causes. {} for nothing.

    The context is left out: whether a lookup failed or was asked about first is the function's own business.
    """
    rest = {}
    args = BaseException.__dict__["args"].__get__(error)
    if isinstance(error, RecursionError):
        return rest
    if args and not (len(args) == 1 and type(args[0]) is str and args[0] == text):
        plain = [without_addresses(item) if type(item) is str else item for item in args]
        rest["args"] = _standalone(plain, encoder, True)
    own = BaseException.__dict__["__dict__"].__get__(error)
    if own:
        rest["attributes"] = _standalone(dict(own), encoder, True)
    causes = []
    cause = error.__cause__
    while cause is not None and len(causes) < 5:
        causes.append(exception_parts(cause))
        cause = cause.__cause__
    if causes:
        rest["cause"] = causes
    return rest


def held_in(args, kwargs, most=2000):
    """The objects inside arguments that can change, in order: whoever else holds one sees what a call does to it."""
    found = []
    seen = set()
    todo = [*args, *kwargs.values()]
    top = len(todo)
    for place, item in enumerate(todo):
        kind = type(item)
        if kind in _ATOMS or id(item) in seen:
            continue
        seen.add(id(item))
        if kind is list or kind is tuple or kind is deque:
            inner = item
        elif kind is dict:
            inner = item.values()
        elif kind is set or kind is bytearray:
            inner = ()
        elif kind.__flags__ & _HEAP:
            try:
                inner = dict.values(object.__getattribute__(item, "__dict__"))
            except Exception:
                inner = ()
        else:
            continue
        todo.extend(inner)
        if place >= top and kind is not tuple:
            found.append(item)
        if len(todo) > most:
            break
    return found


def without_addresses(text):
    """Replace memory addresses, which differ from process to process."""
    if " at 0x" not in text:
        return text
    head, *rest = text.split(" at 0x")
    for part in rest:
        end = 0
        while end < len(part) and part[end] in "0123456789abcdefABCDEF":
            end += 1
        head += " at 0x…" + part[end:]
    return head


_KNOWN_BASES = {
    object: None,
    list: lambda x: list.__getitem__(x, slice(None)),
    tuple: lambda x: tuple.__getitem__(x, slice(None)),
    dict: lambda x: dict(dict.items(x)),
    set: lambda x: set(set.__iter__(x)),
    frozenset: lambda x: frozenset(frozenset.__iter__(x)),
    int: lambda x: int.__add__(x, 0),
    float: lambda x: float.__float__(x),
    complex: lambda x: complex(complex.__dict__["real"].__get__(x), complex.__dict__["imag"].__get__(x)),
    str: lambda x: str.__str__(x),
    bytes: lambda x: bytes.__getitem__(x, slice(None)),
    bytearray: lambda x: bytes(bytearray.__getitem__(x, slice(None))),
}

_INSTANCES = {}  # type -> (base reader or None, [slot descriptors], dict descriptor or None)


def take_apart(item, kind, encoder):
    """(name, whether identity counts, parts) of anything that is not plain data."""
    special = _special(item, kind, encoder)
    if special is not None:
        return special
    if kind not in _INSTANCES:
        _INSTANCES[kind] = _plan(kind)
    base, slots, state = _INSTANCES[kind]
    parts = []
    if base is not None:
        parts.append(base(item))
    values = {}
    for name, descriptor in slots:
        try:
            values[name] = descriptor.__get__(item)
        except AttributeError:
            continue
    if values:
        parts.append(values)
    if state is not None:
        own = state.__get__(item)
        if own:
            parts.append(dict(own))
    return "@" + type_name(kind), True, parts


def _plan(kind):
    base, slots, state = None, [], None
    for layer in type.__dict__["__mro__"].__get__(kind):
        if layer in _KNOWN_BASES:
            if base is None:
                base = _KNOWN_BASES[layer]
            continue
        if issubclass(layer, BaseException) and not layer.__flags__ & _HEAP:
            if base is None:
                base = _exception_base
            continue
        if not layer.__flags__ & _HEAP or _from_extension(layer):
            raise Unserialisable("a %s has no plain state" % type_name(kind))
        names = type.__dict__["__dict__"].__get__(layer)
        for name, value in names.items():
            if type(value) is types.MemberDescriptorType:
                slots.append((name, value))
            elif name == "__dict__" and type(value) is types.GetSetDescriptorType:
                state = value
    if issubclass(kind, BaseException):
        state = BaseException.__dict__.get("__dict__", state)
    return base, slots, state


def _exception_base(item):
    return BaseException.__dict__["args"].__get__(item)


def _from_extension(layer):
    """Whether a heap type was made by C code, whose state cannot be seen."""
    name = layer.__module__
    if name in sys.builtin_module_names:
        return True
    module = sys.modules.get(name) if type(name) is str else None
    place = getattr(module, "__file__", None)
    return type(place) is str and place.endswith((".so", ".pyd"))


_VIEWS = frozenset((type({}.keys()), type({}.values()), type({}.items())))


def _special(item, kind, encoder):
    """The types of the standard library, numpy and pandas whose state is not in a `__dict__`."""
    if kind in _VIEWS:
        return type_name(kind), False, (list(item),)
    if kind is memoryview:
        return "memoryview", True, (item.tobytes(), item.format, item.shape)
    if isinstance(item, type):
        return "class:" + type_name(item), False, ()
    if kind in _FUNCTION_TYPES or kind is types.ModuleType:
        raise Unserialisable("a %s has no plain state" % type_name(kind))
    if _own_module is None and kind not in _known_types:
        learn_types()
    handler = _SPECIAL.get(_known_types.get(kind, ""))
    if handler is not None:
        return handler(item)
    for layer in type.__dict__["__mro__"].__get__(kind)[1:-1]:
        handler = _INHERITED.get(_known_types.get(layer, ""))
        if handler is not None:
            return handler(item, kind)
    package = kind.__module__.split(".")[0] if type(kind.__module__) is str else ""
    if package == "numpy":
        return _numpy(item, kind, encoder)
    if package == "pandas":
        return _pandas(item, kind)
    return None


def _clock_parts(item):
    zone = getattr(item, "tzinfo", None)
    return type_name(type(item)), False, (item.isoformat(), getattr(item, "fold", 0), zone)


def _deque(item, name="collections.deque"):
    return name, True, (deque.__dict__["maxlen"].__get__(item), list(deque.__iter__(item)))


def _defaultdict(item, name="collections.defaultdict"):
    made = defaultdict.__dict__["default_factory"].__get__(item)
    label = None if made is None else getattr(made, "__qualname__", type_name(type(made)))
    return name, True, (label if isinstance(label, str) else None, dict(dict.items(item)))


def _ordered(item, name="collections.OrderedDict"):
    return name, True, (dict(OrderedDict.items(item)),)


def _with_state(made, item, kind):
    """A subclass written in Python of a type above: what the base holds, and its own attributes."""
    name, shared, parts = made
    own = getattr(item, "__dict__", None)
    return (
        "@" + type_name(kind) + ":" + name,
        shared,
        tuple(parts) + ((dict(own),) if type(own) is dict and own else ()),
    )


_SPECIAL = {
    "decimal.Decimal": lambda x: ("decimal.Decimal", False, (str(x),)),
    "datetime.datetime": _clock_parts,
    "datetime.date": lambda x: ("datetime.date", False, (x.isoformat(),)),
    "datetime.time": _clock_parts,
    "datetime.timedelta": lambda x: ("datetime.timedelta", False, (x.days, x.seconds, x.microseconds)),
    "datetime.timezone": lambda x: ("datetime.timezone", False, (str(x),)),
    "zoneinfo.ZoneInfo": lambda x: ("zoneinfo.ZoneInfo", False, (str(x),)),
    "collections.deque": _deque,
    "collections.defaultdict": _defaultdict,
    "collections.OrderedDict": _ordered,
    "array.array": lambda x: ("array.array", True, (x.typecode, x.tobytes())),
    "re.Pattern": lambda x: ("re.Pattern", False, (x.pattern, x.flags)),
    "re.Match": lambda x: ("re.Match", False, (x.re.pattern, x.string, list(x.regs))),
    "types.MappingProxyType": lambda x: ("mappingproxy", True, (dict(x),)),
    "types.SimpleNamespace": lambda x: ("types.SimpleNamespace", True, (dict(x.__dict__),)),
    "_io.StringIO": lambda x: (
        "io.StringIO",
        True,
        (x.getvalue(), x.tell()) if not x.closed else ("closed",),
    ),
    "_io.BytesIO": lambda x: ("io.BytesIO", True, (x.getvalue(), x.tell()) if not x.closed else ("closed",)),
}
for _path_kind in ("Path", "PosixPath", "WindowsPath", "PurePath", "PurePosixPath", "PureWindowsPath"):
    for _path_module in ("pathlib", "pathlib._local"):
        _SPECIAL[_path_module + "." + _path_kind] = lambda x: (
            "pathlib." + type(x).__name__,
            False,
            (str(x),),
        )

_INHERITED = {
    "enum.Enum": lambda x, kind: ("enum:" + type_name(kind), False, (getattr(x, "_name_", None), x._value_)),
    "collections.deque": lambda x, kind: _with_state(_deque(x), x, kind),
    "collections.defaultdict": lambda x, kind: _with_state(_defaultdict(x), x, kind),
    "collections.OrderedDict": lambda x, kind: _with_state(_ordered(x), x, kind),
    "decimal.Decimal": lambda x, kind: _with_state(_SPECIAL["decimal.Decimal"](x), x, kind),
    "datetime.datetime": lambda x, kind: _with_state(_clock_parts(x), x, kind),
    "datetime.date": lambda x, kind: _with_state(_SPECIAL["datetime.date"](x), x, kind),
    "datetime.timedelta": lambda x, kind: _with_state(_SPECIAL["datetime.timedelta"](x), x, kind),
}

_known_types = {}  # type -> its name in the two tables above
_FLOATING = (
    "divide by zero",
    "overflow",
    "underflow",
    "invalid value",
)  # what numpy warns of in calculations
_libraries = dict.fromkeys(("numpy", "numpy.ma", "pandas"))  # what their modules held


def learn_types(own_module=None):
    """Note which types the tables above mean. For the last time, with a module's name, before that module runs:
    what it then calls by those names is not them."""
    global _own_module
    for name in (*_SPECIAL, *_INHERITED):
        module, _, attribute = name.rpartition(".")
        found = getattr(sys.modules.get(module, None), attribute, None)
        if isinstance(found, type):
            _known_types[found] = name
    for name in _libraries:
        if name in sys.modules:
            _libraries[name] = types.SimpleNamespace(**vars(sys.modules[name]))
    _own_module = own_module


def warning_of(category, text):
    """A warning as it is compared: of numpy's floating-point trouble the kind, not which operation met it how often."""
    # Ex) "overflow encountered in scalar add" for an element, "overflow encountered in add" for all at once
    trouble, encountered, _ = text.partition(" encountered in ")
    return category, trouble if encountered and trouble in _FLOATING else without_addresses(text)


def _numpy(item, kind, encoder):
    numpy = _libraries["numpy"]
    if numpy is None:
        raise Unserialisable("a %s has no plain state" % type_name(kind))
    if isinstance(item, numpy.dtype):
        return "numpy.dtype", False, (str(item),)
    if issubclass(kind, numpy.generic) and not kind.__flags__ & _HEAP:
        return "numpy." + kind.__name__, False, _array_parts(numpy, numpy.asarray(item))
    masked = _libraries["numpy.ma"]
    if masked is not None and kind is masked.MaskedArray:
        mask = masked.getmaskarray(item)
        return "numpy.ma.MaskedArray", True, (numpy.asarray(item.filled()), numpy.asarray(mask))
    if kind is numpy.ndarray:
        owner = item
        while isinstance(owner.base, numpy.ndarray):
            owner = owner.base
        seen = encoder.refs.get(id(owner)) if owner is not item else None
        return "numpy.ndarray", True, (*_array_parts(numpy, item), seen)
    raise Unserialisable("a %s has no plain state" % type_name(kind))


def _array_parts(numpy, item):
    kind = item.dtype.kind
    if item.dtype.hasobject:
        return str(item.dtype), item.shape, item.ravel().tolist()
    if kind in "fc" and item.size:
        missing = numpy.isnan(item)
        if missing.any():  # one NaN, whatever its sign and payload
            item = item.copy()
            item[missing] = numpy.nan
    return str(item.dtype.descr if item.dtype.names else item.dtype.str), item.shape, item.tobytes()


def _pandas(item, kind):
    pandas = _libraries["pandas"]
    if pandas is None:
        raise Unserialisable("a %s has no plain state" % type_name(kind))
    if item is getattr(pandas, "NaT", None) or item is getattr(pandas, "NA", None):
        return "pandas." + kind.__name__, False, ()
    if isinstance(item, pandas.api.extensions.ExtensionDtype):
        return "pandas.dtype", False, (str(item),)
    if kind is pandas.DataFrame:
        columns = [item.iloc[:, place] for place in range(item.shape[1])]
        return "pandas.DataFrame", True, (item.columns, item.index, [_column(column) for column in columns])
    if kind is pandas.Series:
        return "pandas.Series", True, (item.index, item.name, _column(item))
    if isinstance(item, pandas.MultiIndex):
        return "pandas.MultiIndex", False, (list(item.names), list(item))
    if isinstance(item, pandas.RangeIndex):
        return "pandas.RangeIndex", False, (item.start, item.stop, item.step, item.name)
    if isinstance(item, pandas.Index):
        return "pandas." + kind.__name__, False, (item.name, _column(item))
    if kind is pandas.Timestamp:
        return "pandas.Timestamp", False, (item.isoformat(), str(item.tz))
    if kind is pandas.Timedelta:
        return "pandas.Timedelta", False, (item.value,)
    if kind is pandas.Interval:
        return "pandas.Interval", False, (item.left, item.right, item.closed)
    raise Unserialisable("a %s has no plain state" % type_name(kind))


def _column(item):
    dtype = str(item.dtype)
    if dtype == "category":
        return [dtype, list(item.cat.categories if hasattr(item, "cat") else item.categories), list(item)]
    kind = getattr(item.dtype, "kind", "O")
    if kind in "biufc" and not hasattr(item.dtype, "na_value"):
        return [dtype, item.to_numpy()]
    return [dtype, list(item)]


# Reading back --------------------------------------------------------------------------------------------------------


class BadBytes(Exception):
    """Bytes that are not a canonical value."""


class Builder:
    """Turns what `decode` reads into values; the parent overrides it, for it must not hash what it cannot trust."""

    def mapping(self):
        """A dict to be filled later by `fill_mapping`."""
        return {}

    def fill_mapping(self, target, keys, values):
        """Put the pairs into a mapping made before."""
        target.update(zip(keys, values))  # noqa: B905, `strict` came with 3.10

    def collection(self):
        """A set to be filled later by `fill_collection`."""
        return set()

    def fill_collection(self, target, items):
        """Put the elements into a set made before."""
        target.update(items)

    def frozen(self, items):
        """A frozenset."""
        return frozenset(items)

    def recipe(self, text):
        """An input given as an expression."""
        raise BadBytes("recipes are not expected here")

    def named(self, name, count):
        """An object of a type that is not plain data, to be filled by `fill_named`."""
        raise BadBytes("objects are not expected here")

    def fill_named(self, target, parts):
        """Give the object its parts."""

    def drained(self, name, steps, ended):
        """A consumed iterator."""
        raise BadBytes("iterators are not expected here")


_ONE = {78: None, 84: True, 70: False, 46: Ellipsis, 33: NotImplemented}
_READ_Q = struct.Struct("<q").unpack_from
_READ_D = struct.Struct("<d").unpack_from
_READ_I = struct.Struct("<I").unpack_from


def decode(data, count, builder=None, most=1 << 62):
    """Read `count` values from `data`, all of it; BadBytes for anything else.

    Bounded by the length of `data`, and by `most` values besides those that are packed in bulk.
    """
    builder = builder or Builder()
    try:
        return _decode(bytes(data), count, builder, most)
    except (struct.error, IndexError, ValueError, OverflowError, TypeError) as error:
        raise BadBytes("malformed: %s" % error) from error


# A frame of the decoder's stack: [kind, target, items, still missing]
def _decode(data, count, builder, most):
    size = len(data)
    place = 0
    refs = []
    top = []
    stack = [["top", None, top, count]]
    while stack:
        frame = stack[-1]
        if not frame[3]:
            stack.pop()
            value = _finish(frame, builder)
            if not stack:
                break
            if frame[0] == "body":
                owner = stack[-1]
                owner[2].append(value)
                owner[3] -= 1
            else:
                stack[-1][2].append(value)
                stack[-1][3] -= 1
            continue
        if frame[0] == "map":  # next comes a body: keys, then values
            place = _open_body(data, place, size, stack, [], "body")
            continue
        most -= 1
        if most < 0:
            raise BadBytes("too many values")
        tag = data[place]
        place += 1
        if tag in _ONE:
            value = _ONE[tag]
        elif tag == 105:  # i
            value = _READ_Q(data, place)[0]
            place += 8
        elif tag == 102:  # f
            value = _READ_D(data, place)[0]
            place += 8
        elif tag == 116:  # t
            place = _open_body(data, place, size, stack, [], "tuple")
            continue
        elif tag == 108:  # l
            target = []
            refs.append(target)
            place = _open_body(data, place, size, stack, target, "list")
            continue
        elif tag == 100:  # d
            target = builder.mapping()
            refs.append(target)
            stack.append(["map", target, [], 2])
            continue
        elif tag == 101:  # e
            target = builder.collection()
            refs.append(target)
            place = _open_body(data, place, size, stack, [], "set", target)
            continue
        elif tag == 122:  # z
            place = _open_body(data, place, size, stack, [], "frozen")
            continue
        elif tag == 99:  # c
            parts = []
            for _ in range(2):
                if data[place] != 102:
                    raise BadBytes("complex")
                parts.append(_READ_D(data, place + 1)[0])
                place += 9
            value = complex(*parts)
        elif tag == 114 or tag == 47:  # r /
            stack.append(["range" if tag == 114 else "slice", None, [], 3])
            continue
        else:
            length = _READ_I(data, place)[0]
            place += 4
            if tag == 82:  # R
                value = refs[length]
            else:
                end = place + length
                if end > size:
                    raise BadBytes("cut short")
                raw = data[place:end]
                place = end
                if tag == 115:  # s
                    value = raw.decode("utf-8", "surrogatepass")
                elif tag == 98:  # b
                    value = raw
                elif tag == 106:  # j
                    value = int.from_bytes(raw, "little", signed=True)
                elif tag == 121:  # y
                    value = bytearray(raw)
                    refs.append(value)
                elif tag == 88:  # X
                    value = builder.recipe(raw.decode("utf-8", "surrogatepass"))
                    refs.append(value)
                elif tag == 79 or tag == 111:  # O o
                    parts = _READ_I(data, place)[0]
                    place += 4
                    if parts > size:
                        raise BadBytes("count")
                    target = builder.named(raw.decode("utf-8", "surrogatepass"), parts)
                    if tag == 79:
                        refs.append(target)
                    stack.append(["named", target, [], parts])
                    continue
                elif tag == 71:  # G
                    refs.append(None)
                    value, place = _read_drained(raw, data, place, size, builder)
                    refs[-1] = value
                else:
                    raise BadBytes("tag %d" % tag)
        if frame[3]:
            frame[2].append(value)
            frame[3] -= 1
    if place != size:
        raise BadBytes("bytes left over")
    return top


def _finish(frame, builder):
    kind, target, items, _ = frame
    if kind == "tuple":
        return tuple(items)
    if kind == "list" or kind == "body" or kind == "top":
        return items
    if kind == "map":
        builder.fill_mapping(target, items[0], items[1])
        return target
    if kind == "set":
        builder.fill_collection(target, items)
        return target
    if kind == "frozen":
        return builder.frozen(items)
    if kind == "range":
        return range(*items)
    if kind == "slice":
        return slice(*items)
    builder.fill_named(target, items)
    return target


def _open_body(data, place, size, stack, items, kind, target=None):
    """Start reading the elements of a container; packed ones are read at once."""
    count = _READ_I(data, place)[0]
    packing = data[place + 4]
    place += 5
    if count > size:
        raise BadBytes("count")
    if packing == 46:  # .
        stack.append([kind, target, items, count])
        return place
    if packing == 113 or packing == 100:  # q d
        end = place + 8 * count
        if end > size:
            raise BadBytes("cut short")
        numbers = array(chr(packing))
        numbers.frombytes(data[place:end])
        items.extend(numbers.tolist())
    elif packing == 83:  # S
        end = place + 4 * count
        if end + 4 > size:
            raise BadBytes("cut short")
        lengths = array("I")
        lengths.frombytes(data[place:end])
        place = end + 4
        end = place + _READ_I(data, end)[0]
        if end > size:
            raise BadBytes("cut short")
        text = data[place:end].decode("utf-8", "surrogatepass")
        start = 0
        for length in lengths:
            items.append(text[start : start + length])
            start += length
        if start != len(text):
            raise BadBytes("lengths")
    else:
        raise BadBytes("packing %d" % packing)
    stack.append([kind, target, items, 0])
    return end


def _read_drained(raw, data, place, size, builder):
    count = _READ_I(data, place)[0]
    place += 4
    if count > TIMED_STEPS:
        raise BadBytes("steps")
    parts = []
    for _ in range(count + 1):
        length = _READ_I(data, place)[0]
        place += 4
        if place + length > size:
            raise BadBytes("cut short")
        parts.append(data[place : place + length])
        place += length
    return builder.drained(raw.decode("utf-8", "surrogatepass"), parts[:-1], parts[-1]), place


# --------------------------------------------------------------------------------------------------------------------
# Confinement. Every function here either does what its name says or raises OSError: a layer that was asked for and
# cannot be had ends the run, it is never skipped in silence.
# --------------------------------------------------------------------------------------------------------------------

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP = 1, 4, 24
_PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_SET_SECCOMP = 38, 47, 22
_NAMESPACES = (
    ("net", 0x40000000),
    ("ipc", 0x08000000),
    ("uts", 0x04000000),
    ("mount", 0x00020000),
    ("pid", 0x20000000),
)
_NEWUSER = 0x10000000

_SYSCALLS = {
    # name: (x86_64, aarch64), None where the architecture has no such call
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "poll": (7, None),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "pread64": (17, 67),
    "readv": (19, 65),
    "writev": (20, 66),
    "select": (23, None),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "dup": (32, 23),
    "pause": (34, None),
    "nanosleep": (35, 101),
    "getitimer": (36, 102),
    "alarm": (37, None),
    "setitimer": (38, 103),
    "getpid": (39, 172),
    "exit": (60, 93),
    "uname": (63, 160),
    "getcwd": (79, 17),
    "gettimeofday": (96, 169),
    "getrlimit": (97, 163),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "times": (100, 153),
    "getuid": (102, 174),
    "getgid": (104, 176),
    "geteuid": (107, 175),
    "getegid": (108, 177),
    "getppid": (110, 173),
    "sigaltstack": (131, 132),
    "gettid": (186, 178),
    "time": (201, None),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "set_tid_address": (218, 96),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "epoll_wait": (232, None),
    "epoll_ctl": (233, 21),
    "pselect6": (270, 72),
    "ppoll": (271, 73),
    "set_robust_list": (273, 99),
    "epoll_pwait": (281, 22),
    "epoll_create1": (291, 20),
    "getcpu": (309, 168),
    "getrandom": (318, 278),
    "membarrier": (324, 283),
    "rseq": (334, 293),
    # with conditions, below
    "kill": (62, 129),
    "tgkill": (234, 131),
    "fcntl": (72, 25),
    "prlimit64": (302, 261),
    "clone": (56, 220),
    "clone3": (435, 435),
    # reading files, only in the phase or the profile that allows it
    "open": (2, None),
    "stat": (4, None),
    "lstat": (6, None),
    "access": (21, None),
    "readlink": (89, None),
    "statfs": (137, 43),
    "fstatfs": (138, 44),
    "getdents64": (217, 61),
    "fadvise64": (221, 223),
    "openat": (257, 56),
    "newfstatat": (262, 79),
    "readlinkat": (267, 78),
    "faccessat": (269, 48),
    "statx": (332, 291),
    "faccessat2": (439, 439),
    "seccomp": (317, 277),
    # writing files, only where a run has a folder of its own
    "pwrite64": (18, 68),
    "sendfile": (40, 71),
    "fsync": (74, 82),
    "fdatasync": (75, 83),
    "ftruncate": (77, 46),
    "rename": (82, None),
    "mkdir": (83, None),
    "rmdir": (84, None),
    "unlink": (87, None),
    "mkdirat": (258, 34),
    "unlinkat": (263, 35),
    "renameat": (264, 38),
    "renameat2": (316, 276),
}
_CONDITIONAL = frozenset(
    ("mmap", "mprotect", "kill", "tgkill", "fcntl", "prlimit64", "clone", "clone3", "open", "openat")
)
_READING = {
    "open",
    "stat",
    "lstat",
    "access",
    "readlink",
    "statfs",
    "fstatfs",
    "getdents64",
    "fadvise64",
    "openat",
    "newfstatat",
    "readlinkat",
    "faccessat",
    "statx",
    "faccessat2",
}
_WRITING = {
    "pwrite64",
    "sendfile",
    "fsync",
    "fdatasync",
    "ftruncate",
    "rename",
    "mkdir",
    "rmdir",
    "unlink",
    "mkdirat",
    "unlinkat",
    "renameat",
    "renameat2",
}
_FCNTL_ALLOWED = (0, 1, 2, 3, 4, 1030)  # DUPFD, GETFD, SETFD, GETFL, SETFL, DUPFD_CLOEXEC
_TMPFILE = 0o20000000
_WRITING_FLAGS = 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000 | _TMPFILE  # WRONLY RDWR CREAT TRUNC APPEND TMPFILE
_EPERM, _EAGAIN, _ENOSYS = 1, 11, 38
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_LD, _JEQ, _JGE, _JSET, _RET = 0x20, 0x15, 0x35, 0x45, 0x06
_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}


class Kernel:
    """The system calls that Python has no function for."""

    def __init__(self):
        import ctypes

        self.ctypes = ctypes
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.libc.syscall.restype = ctypes.c_long

    def check(self, result, what):
        """Raise OSError, naming `what`, where the call failed."""
        if result < 0:
            number = self.ctypes.get_errno()
            raise OSError(number, "%s: %s" % (what, os.strerror(number)))
        return result

    def prctl(self, what, *values):
        """prctl(2)."""
        long = self.ctypes.c_ulong
        values = (*values, 0, 0, 0, 0)[:4]
        return self.libc.prctl(self.ctypes.c_int(what), *[long(value) for value in values])

    def syscall(self, number, *values):
        """syscall(2), with integers and pointers as they come."""
        long = self.ctypes.c_long
        return self.libc.syscall(
            long(number), *[long(value) if isinstance(value, int) else value for value in values]
        )


def architecture():
    """(audit word, column of the table) of this machine; column -1 where no filter is known for it."""
    if sys.maxsize < 1 << 32 or sys.byteorder != "little":
        return 0, -1
    return _ARCHITECTURES.get(os.uname().machine, (0, -1))


def seccomp_program(reading, threads, final, writing):
    """The filter as a list of instructions; `"pid"` in an operand stands for the run's own process id.

    `writing` leaves it to Landlock where files are written, so it is only for runs that have that.
    """
    word, column = architecture()
    code = [(_LD, 0, 0, 4), (_JEQ, 1, 0, word), (_RET, 0, 0, _KILL), (_LD, 0, 0, 0)]
    if column == 0:  # the x32 table, which shares the architecture word
        code += [(_JGE, 0, 1, 0x40000000), (_RET, 0, 0, _KILL)]
    conditional = []
    for name, numbers in _SYSCALLS.items():
        number = numbers[column]
        if number is None or (name in _READING and not reading) or (name == "seccomp" and final):
            continue
        if name in _WRITING and not writing:
            continue
        if name in _CONDITIONAL:
            conditional.append((name, number))
        else:
            code += [(_JEQ, 0, 1, number), (_RET, 0, 0, _ALLOW)]
    for name, number in conditional:
        for tests in _conditions(name, reading, threads, writing):
            body = []
            for argument, test, operand in tests:
                body.append((_LD, 0, 0, 16 + 8 * argument))
                body.append((test, operand))
            # A failed test jumps past the permission, to where the number of the call is loaded again.
            lines = [(_JEQ, 0, len(body) + 1, number)]
            for position, line in enumerate(body):
                if len(line) == 4:
                    lines.append(line)
                    continue
                test, operand = line
                away = len(body) - position
                if test == "clear":
                    lines.append((_JSET, away, 0, operand))
                elif test == "set":
                    lines.append((_JSET, 0, away, operand))
                else:
                    lines.append((_JEQ, 0, away, operand))
            code += [*lines, (_RET, 0, 0, _ALLOW), (_LD, 0, 0, 0)]
    for name, number in (("clone", _EAGAIN), ("clone3", _ENOSYS)):
        code += [(_JEQ, 0, 1, _SYSCALLS[name][column]), (_RET, 0, 0, _ERRNO | number)]
    code.append((_RET, 0, 0, _ERRNO | _EPERM))
    return code


def _conditions(name, reading, threads, writing):
    """The ways in which a conditional call is allowed: each a list of tests on the low words of its arguments."""
    if name in ("mmap", "mprotect"):
        return [[]] if reading else [[(2, "clear", 4)]]  # no new executable memory once locked down
    if name in ("kill", "tgkill"):
        return [[(0, "equal", "pid")]]
    if name == "fcntl":
        return [[(1, "equal", command)] for command in _FCNTL_ALLOWED]
    if name == "prlimit64":  # asking for one's own limits, never setting
        return [[(0, "equal", 0), (2, "equal", 0)]]
    if name == "clone":
        return [[(0, "set", 0x00010000)]] if threads else []  # CLONE_THREAD
    if name in ("open", "openat"):
        return [[(1 if name == "open" else 2, "clear", _TMPFILE if writing else _WRITING_FLAGS)]]
    return []


def assemble(code):
    """The instructions as bytes, with the process id of the caller put in."""
    pid = os.getpid()
    pack = struct.Struct("<HBBI").pack
    return b"".join([pack(*line[:3], pid if line[3] == "pid" else line[3]) for line in code])


def install_seccomp(kernel, code):
    """Load a filter for good. Filters add up: the stricter one of two decides."""
    ctypes = kernel.ctypes
    raw = assemble(code)
    buffer = ctypes.create_string_buffer(raw, len(raw))
    program = ctypes.create_string_buffer(struct.pack("<H6xQ", len(code), ctypes.addressof(buffer)), 16)
    number = _SYSCALLS["seccomp"][architecture()[1]]
    # 4: leave speculation alone, which older kernels slow down otherwise.
    for flags in (4, 0):
        if kernel.syscall(number, 1, flags, program) == 0:
            return
    kernel.check(-1, "seccomp")


def drop_capabilities(kernel):
    """Give up every privilege but keep the user id, under which the interpreter's own files stay readable."""
    for capability in range(64):
        if kernel.prctl(_PR_CAPBSET_DROP, capability) != 0 and capability > 40:
            break
    kernel.prctl(_PR_CAP_AMBIENT, 4)
    head = kernel.ctypes.create_string_buffer(struct.pack("<Ii", 0x20080522, 0), 8)
    none = kernel.ctypes.create_string_buffer(24)
    kernel.check(kernel.libc.capset(head, none), "capset")


def landlock_version(kernel):
    """The kernel's Landlock ABI, 0 where there is none."""
    return max(0, kernel.syscall(444, None, 0, 1))


def landlock_ruleset(kernel, paths, scratch=""):
    """A ruleset that allows reading beneath `paths`, and files and folders to be made beneath `scratch`.

    Nothing else: no other write, no device or link anywhere, no TCP, no signal or socket outside.
    """
    version = landlock_version(kernel)
    files = (1 << 13) - 1
    if version >= 2:
        files |= 1 << 13
    if version >= 3:
        files |= 1 << 14
    if version >= 5:
        files |= 1 << 15
    net = 3 if version >= 4 else 0
    scoped = 3 if version >= 6 else 0
    raw = struct.pack("<QQQ", files, net, scoped)[: 8 if version < 4 else 16 if version < 6 else 24]
    ctypes = kernel.ctypes
    ruleset = kernel.check(
        kernel.syscall(444, ctypes.create_string_buffer(raw, len(raw)), len(raw), 0),
        "landlock_create_ruleset",
    )
    # WRITE_FILE READ_FILE READ_DIR REMOVE_DIR REMOVE_FILE MAKE_DIR MAKE_REG REFER TRUNCATE
    making = (2 | 4 | 8 | 16 | 32 | 128 | 256 | 1 << 13 | 1 << 14) & files
    for path in (*paths, scratch) if scratch else paths:
        try:
            handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            rights = 4 | (8 if os.path.isdir(path) else 0)  # READ_FILE, READ_DIR
            if path == scratch:
                rights = making
            rule = ctypes.create_string_buffer(struct.pack("<Qi", rights, handle), 12)
            kernel.check(kernel.syscall(445, ruleset, 1, rule, 0), "landlock_add_rule")
        finally:
            os.close(handle)
    return ruleset


def enter_namespaces(kernel):
    """Move into fresh namespaces where this machine lets us; the names of those entered. Must be single-threaded."""
    # Some systems let the call through and refuse what follows, with no way back: a fork tries it first.
    pid = os.fork()
    if pid == 0:
        try:
            _enter_namespaces(kernel)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    if status != 0:
        return ()
    _enter_namespaces(kernel)
    return ("user", *(name for name, _ in _NAMESPACES))


def _enter_namespaces(kernel):
    uid, gid = os.getuid(), os.getgid()
    flags = _NEWUSER
    for _, flag in _NAMESPACES:
        flags |= flag
    kernel.check(kernel.libc.unshare(kernel.ctypes.c_int(flags)), "unshare")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", "%d %d 1" % (uid, uid)),
        ("gid_map", "%d %d 1" % (gid, gid)),
    ):
        with open("/proc/self/" + name, "w") as handle:
            handle.write(text)


def mount_scratch(kernel, path, size):
    """Put an empty folder in memory in the place of `path`, for this process alone, to vanish with it."""
    kernel.check(kernel.libc.unshare(kernel.ctypes.c_int(0x00020000)), "unshare")
    mount = kernel.libc.mount
    long = kernel.ctypes.c_ulong
    kernel.check(
        mount(None, b"/", None, long(1 << 18 | 1 << 14), None), "private mounts"
    )  # MS_PRIVATE MS_REC
    options = b"size=%d,nr_inodes=64,mode=0700" % size
    # nosuid nodev noexec
    kernel.check(mount(b"tmpfs", path.encode(), b"tmpfs", long(2 | 4 | 8), options), "private folder")


MOST_THREADS = 128


def limit_resources(limits, namespaced):
    """The rlimits of one run. Address space counts from what the interpreter already has mapped."""
    import resource

    with open("/proc/self/statm") as handle:
        mapped = int(handle.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    wanted = (
        (resource.RLIMIT_AS, mapped + limits["memory"]),
        (resource.RLIMIT_CPU, limits["cpu"]),
        (resource.RLIMIT_FSIZE, limits["file"]),
        (resource.RLIMIT_NOFILE, limits["files"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    )
    for name, value in wanted:
        _, hard = resource.getrlimit(name)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (value, value))
    # Where there are user namespaces it counts those of ours alone; elsewhere all of the user's, so 0 or no limit.
    _, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    if not limits["threads"]:
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    elif namespaced:
        most = MOST_THREADS if hard == resource.RLIM_INFINITY else min(MOST_THREADS, hard)
        resource.setrlimit(resource.RLIMIT_NPROC, (most, most))


# --------------------------------------------------------------------------------------------------------------------
# Run: one fork. Loads the program, then answers requests. Frames in both directions: length, kind, nonce, body.
# --------------------------------------------------------------------------------------------------------------------

FRAME = struct.Struct("<Ic8s")
REPLY = struct.Struct("<IBHIII")  # index, kind, effects, then the lengths of exception, detail and arcs
KINDS = ("returned", "raised", "unserialisable", "missing", "memory")
EFFECTS = ("stdout", "warnings", "random", "globals", "time", "io", "environ", "denied", "files", "process")
LOST = 70  # exit status of a run that cannot speak to its parent any more


class OutputLimit(BaseException):
    """The program printed more than it may; not an Exception, so that ordinary handlers do not swallow it."""


def _read_exactly(handle, count):
    parts = []
    while count:
        part = os.read(handle, min(count, 1 << 20))
        if not part:
            os._exit(0)
        parts.append(part)
        count -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


class Channel:
    """The two pipes to the parent."""

    def __init__(self, requests, replies):
        self.requests = requests
        self.replies = replies

    def receive(self):
        """(kind, nonce, body) of the next request; the process ends when the parent is gone."""
        length, kind, nonce = FRAME.unpack(_read_exactly(self.requests, FRAME.size))
        return kind, nonce, _read_exactly(self.requests, length)

    def send(self, kind, nonce, *parts):
        """One frame, whole."""
        data = b"".join((FRAME.pack(sum(map(len, parts)), kind, nonce), *parts))
        view = memoryview(data)
        while view:
            view = view[os.write(self.replies, view) :]


class Inputs(Builder):
    """Builds arguments; expressions are evaluated in the program's own namespace."""

    def __init__(self, namespace):
        self.scope = {}
        for name in ("collections", "math", "itertools", "decimal", "fractions", "datetime"):
            if name in sys.modules:
                self.scope[name] = sys.modules[name]
        for short, name in (("np", "numpy"), ("pd", "pandas")):
            if name in sys.modules:
                self.scope[short] = self.scope[name] = sys.modules[name]
        # `from datetime import datetime` hides the module that an expression may mean: it is tried second.
        self.modules = {**namespace, **self.scope}
        self.scope.update(namespace)
        self.compiled = {}

    def recipe(self, text):
        """The value of the expression, made anew."""
        code = self.compiled.get(text)
        if code is None:
            code = self.compiled[text] = compile(text.strip(), "<input>", "eval", 0, True)
        try:
            return eval(code, self.scope)
        except (AttributeError, NameError):
            return eval(code, self.modules)


def _capture_class():
    import io

    class Capture(io.BytesIO):
        """Collects what is printed, up to a limit."""

        room = 0
        overflowed = False

        def write(self, data):
            self.room -= len(data)
            if self.room < 0:
                self.overflowed = True
                raise OutputLimit("too much output")
            return super().write(data)

    return Capture


class Streams:
    """Stands in for stdin, stdout and stderr in memory."""

    def __init__(self, limit):
        import io

        self.io = io
        self.limit = limit
        capture = _capture_class()
        self.raw = (capture(), capture())
        self.text = tuple(
            io.TextIOWrapper(
                raw, encoding="utf-8", errors="backslashreplace", newline="\n", write_through=True
            )
            for raw in self.raw
        )
        self.empty = io.StringIO("")
        self.attach()

    def attach(self):
        """Point the interpreter at the captured streams, empty."""
        for raw in self.raw:
            raw.room = self.limit
        sys.stdout, sys.stderr = self.text
        sys.stdin = self.empty

    def used(self):
        """Whether anything was printed since the last `take`."""
        return self.raw[0].room != self.limit or self.raw[1].room != self.limit

    def take(self):
        """(stdout, stderr, whether there was too much) since the last call, and start anew."""
        texts = []
        overflowed = False
        for raw in self.raw:
            texts.append(without_addresses(raw.getvalue().decode("utf-8", "replace")))
            overflowed = overflowed or raw.overflowed
            raw.overflowed = False
            raw.room = self.limit
            raw.seek(0)
            raw.truncate()
        return texts[0], texts[1], overflowed


class GlobalsWatch:
    """Notices changes to the data that a module keeps at its top level."""

    SMALL = (
        1 << 14
    )  # bytes; larger ones are compared by length only, or each call would cost more than the work

    def __init__(self, namespace, only):
        self.namespace = namespace
        self.only = only
        self.same = {}
        self.shown = {}
        self.long = {}
        for name in list(namespace):
            self._learn(name)
        self.names = set(namespace)
        self.attributes = self._attributes()

    def _attributes(self):
        """{function of the module: bytes of what was put on it}."""
        found = {}
        for name, value in self.namespace.items():
            watched = self.only is None or name in self.only
            if watched and type(value) is types.FunctionType and value.__dict__:
                own = {key: item for key, item in value.__dict__.items() if key != "__wrapped__"}
                found[name] = self._bytes(own)
        return found

    def watched(self):
        """The names looked at."""
        return sorted({*self.same, *self.shown, *self.long})

    def _learn(self, name):
        value = self.namespace[name]
        kind = type(value)
        if name.startswith("__") or (self.only is not None and name not in self.only):
            return
        if kind in _ATOMS:
            self.same[name] = value
        elif not (isinstance(value, (type, types.ModuleType)) or callable(value) or is_lazy(kind)):
            raw = self._bytes(value)
            if raw is not None:
                self.shown[name] = raw
            elif hasattr(value, "__len__"):
                self.long[name] = (value, len(value))

    def _bytes(self, value):
        encoder = Encoder(self.SMALL)
        try:
            encoder.add(value, lenient=True)
        except Exception:
            return None
        return bytes(encoder.out)

    def changes(self):
        """What changed since the last call: {name: bytes or length of the new value}."""
        namespace = self.namespace
        changed = {}
        for name, value in self.same.items():
            if namespace.get(name, self) is not value:
                changed[name] = None
        for name, raw in self.shown.items():
            if name not in namespace or self._bytes(namespace[name]) != raw:
                changed[name] = None
        for name, (value, length) in self.long.items():
            current = namespace.get(name)
            if current is not value or len(current) != length:
                changed[name] = None
        if len(namespace) != len(self.names):
            for name in set(namespace) - self.names:
                if self.only is None and not name.startswith("__"):
                    changed[name] = None
        attributes, before = self._attributes(), self.attributes
        if attributes != before:
            self.attributes = attributes
            for name in sorted({*attributes, *before}):
                if attributes.get(name) != before.get(name) and name not in changed:
                    changed[name + ".__dict__"] = attributes.get(name) or b""
        if not changed:
            return changed
        for name in changed:
            if changed[name] is not None:
                continue
            for table in (self.same, self.shown, self.long):
                table.pop(name, None)
            if name in namespace:
                self._learn(name)
                value = namespace[name]
                changed[name] = self._bytes(value) or (
                    "length",
                    len(value) if hasattr(value, "__len__") else -1,
                )
        self.names = set(namespace)
        return changed


class Keepers:
    """Finds which of some objects the module keeps: in its data, on and around its functions, in their caches."""

    MOST = 5_000  # objects looked at for one call
    CACHES = ("_lru_cache_wrapper", "_lru_list_elem")

    def __init__(self, namespace):
        self.namespace = namespace

    def kept(self, refs):
        """The numbers of those objects of `refs` (id -> number) that outlive the call."""
        todo = []
        for name, value in self.namespace.items():
            if type(value) in _ATOMS or name.startswith("__"):
                continue
            todo.append(value)
        seen = set()
        found = set()
        left = self.MOST
        while todo and left:
            item = todo.pop()
            kind = type(item)
            if kind in _ATOMS or id(item) in seen:
                continue
            left -= 1
            seen.add(id(item))
            number = refs.get(id(item))
            if number is not None:
                found.add(number)
            if kind is dict:
                todo.extend(item.values())
            elif kind in (list, tuple, deque, defaultdict, OrderedDict):
                todo.extend(item.values() if isinstance(item, dict) else item)
            elif kind is types.FunctionType:
                if item.__globals__ is self.namespace:
                    todo.extend(item.__defaults__ or ())
                    todo.extend(item.__closure__ or ())
                    todo.extend(item.__dict__.values())
            elif kind is types.CellType:
                try:
                    todo.append(item.cell_contents)
                except ValueError:
                    continue
            elif isinstance(item, type):
                if item.__module__ == self.namespace.get("__name__"):
                    todo.extend(type.__dict__["__dict__"].__get__(item).values())
            elif kind.__name__ in self.CACHES:
                todo.extend(gc.get_referents(item))
            elif kind.__flags__ & _HEAP and kind.__module__ == self.namespace.get("__name__"):
                try:
                    todo.extend(dict.values(object.__getattribute__(item, "__dict__")))
                except Exception:
                    continue
        return sorted(found)


class ProcessWatch:
    """Notices what a call leaves changed of the process itself: the decimal context, the folder, the locale."""

    def __init__(self):
        self.before = self._look()

    def _look(self):
        found = {}
        decimal = sys.modules.get("decimal")
        if decimal is not None:
            context = decimal.getcontext()
            traps = sorted(kind.__name__ for kind, trapped in context.traps.items() if trapped)
            found["decimal context"] = [context.prec, context.rounding, context.Emin, context.Emax, traps]
        locale = sys.modules.get("locale")
        if locale is not None:
            found["locale"] = locale.setlocale(locale.LC_ALL)
        try:
            found["folder"] = os.getcwd()
        except OSError:
            found["folder"] = ""
        return found

    def changes(self):
        """{what changed since the last call: how it is now}; what was only imported meanwhile has not changed."""
        now, before = self._look(), self.before
        self.before = now
        return {name: now[name] for name in now if name in before and now[name] != before[name]}


class ScratchWatch:
    """Notices files left in the run's own folder, and puts it back as it was so that calls stay independent."""

    def __init__(self, folder):
        self.folder = folder
        self.start = {}

    def settle(self):
        """Take what is there after loading for how it should be."""
        self.start = self._look()

    def _look(self):
        """{path: content}, with a slash and nothing for a folder."""
        found = {}
        todo = [""]
        while todo:
            below = todo.pop()
            for entry in os.scandir(self.folder + "/" + below):
                name = below + entry.name
                if entry.is_dir(follow_symlinks=False):
                    found[name + "/"] = b""
                    todo.append(name + "/")
                else:
                    with open(self.folder + "/" + name, "rb") as handle:
                        found[name] = handle.read()
        return found

    def changes(self):
        """What a call made, changed or removed (None): afterwards all is as before."""
        now = self._look()
        if now == self.start:
            return {}
        names = sorted({*now, *self.start})
        changed = {name: now.get(name) for name in names if now.get(name) != self.start.get(name)}
        for name in sorted(changed, reverse=True):  # what is in a folder comes before the folder
            path = self.folder + "/" + name
            if name not in self.start:
                (os.rmdir if name.endswith("/") else os.unlink)(path)
        for name in sorted(changed):
            path = self.folder + "/" + name
            if name in self.start and name.endswith("/"):
                os.mkdir(path)
            elif name in self.start:
                with open(path, "wb") as handle:
                    handle.write(self.start[name])
        return changed


class RandomWatch:
    """Notices use of the shared random generators, and sets them back so that calls stay independent."""

    def __init__(self):
        self.sources = []
        random = sys.modules.get("random")
        if random is not None and hasattr(random, "getstate"):
            random.seed(20_11)
            self.sources.append(
                ("random", random.getstate, random.setstate, random.getstate(), lambda state: state)
            )
        numpy_random = sys.modules.get("numpy.random")
        if numpy_random is not None:
            numpy_random.seed(2011)

            def plain(state):
                return (
                    state["state"]["key"].tobytes(),
                    state["state"]["pos"],
                    state["has_gauss"],
                    state["gauss"],
                )

            def get():
                return numpy_random.get_state(legacy=False)

            self.sources.append(("numpy.random", get, numpy_random.set_state, get(), plain))

    def changes(self):
        """{generator: digest of its new state} for those that were used."""
        changed = {}
        for name, get, put, start, plain in self.sources:
            state = get()
            if plain(state) != plain(start):
                import zlib

                changed[name] = zlib.crc32(repr(plain(state)).encode())
                put(start)
        return changed


class Tracing:
    """Collects (line, next line) pairs of the program's own code during a call; entry and exit are negative."""

    def __init__(self, filename):
        self.filename = filename
        self.arcs = set()

    def watch(self, code):
        """Learn the compiled module, before it runs."""

    def begin(self):
        """From here on, with no pairs yet."""
        self.arcs.clear()
        sys.settrace(self._enter)

    def end(self):
        """Until here."""
        sys.settrace(None)

    def _enter(self, frame, event, argument):
        code = frame.f_code
        if code.co_filename != self.filename:
            return None
        add = self.arcs.add
        first = code.co_firstlineno
        # A generator goes on where it stopped: a pair from its entry to there would be one that never runs.
        previous = -first if frame.f_lasti <= 4 or frame.f_lineno == first else frame.f_lineno

        def step(frame, event, argument):
            nonlocal previous
            if event == "line":
                line = frame.f_lineno
                add((previous, line))
                previous = line
            elif event == "return":
                add((previous, -first))
            return step

        return step


class Monitoring(Tracing):
    """The same through sys.monitoring, from 3.12 on: costs only where the program's own code runs."""

    TOOL = 1  # the number that is meant for coverage

    def __init__(self, filename):
        super().__init__(filename)
        self.monitoring = sys.monitoring  # type: ignore[attr-defined]
        self.stack = []  # the last line of each active frame, innermost last
        self.lines = {}  # code -> {offset: line}
        self.on = False

    def watch(self, code):
        monitoring = self.monitoring
        events = monitoring.events
        monitoring.use_tool_id(self.TOOL, "velox")
        for event, callback in (
            (events.PY_START, self._start),
            (events.PY_RESUME, self._resume),
            (events.PY_RETURN, self._leave),
            (events.PY_YIELD, self._leave),
            (events.PY_UNWIND, self._leave),
            (events.PY_THROW, self._thrown),
            (events.LINE, self._line),
        ):
            monitoring.register_callback(self.TOOL, event, callback)
        local = events.PY_START | events.PY_RESUME | events.PY_RETURN | events.PY_YIELD | events.LINE
        todo = [code]
        while todo:
            one = todo.pop()
            monitoring.set_local_events(self.TOOL, one, local)
            self.lines[one] = {
                offset: line for start, end, line in one.co_lines() for offset in range(start, end, 2) if line
            }
            todo.extend(part for part in one.co_consts if type(part) is types.CodeType)

    def begin(self):
        self.arcs.clear()
        self.stack.clear()
        events = self.monitoring.events
        if not self.on:  # these two exist only for all code at once
            self.on = True
            self.monitoring.set_events(self.TOOL, events.PY_UNWIND | events.PY_THROW)

    def end(self):
        self.stack.clear()

    def _start(self, code, offset):
        self.stack.append(-code.co_firstlineno)

    def _resume(self, code, offset):
        self.stack.append(self.lines[code].get(offset, -code.co_firstlineno))

    def _thrown(self, code, offset, error):
        if code in self.lines:
            self._resume(code, offset)

    def _line(self, code, line):
        stack = self.stack
        if stack:
            self.arcs.add((stack[-1], line))
            stack[-1] = line

    def _leave(self, code, offset, value):
        if self.stack and code in self.lines:
            self.arcs.add((self.stack.pop(), -code.co_firstlineno))


def _notice_denials(denied):
    """Make refused file operations leave a trace, for programs that catch the error and go on as if all were well."""
    import builtins
    import io

    def noticing(original):
        def call(*args, **kwargs):
            try:
                return original(*args, **kwargs)
            except PermissionError:
                denied.append(1)
                raise

        call.__name__ = call.__qualname__ = original.__name__
        return call

    builtins.open = io.open = noticing(io.open)
    for name in ("open", "stat", "lstat", "listdir", "scandir", "mkdir", "remove", "rename"):
        # The import system keeps functions of its own, so only the program goes through these.
        setattr(os, name, noticing(getattr(os, name)))


def _patch_asyncio():
    """Event loops wake themselves through a socket pair, which is denied; without threads none is needed."""
    module = sys.modules.get("asyncio.selector_events")
    if module is None:
        return

    def without_pipe(self):
        self._ssock = self._csock = None

    module.BaseSelectorEventLoop._make_self_pipe = without_pipe
    module.BaseSelectorEventLoop._close_self_pipe = without_pipe


class Program:
    """The loaded module and the function under test."""

    # Found by `execute`, and set by `settle` before the first call.
    function = staticmethod(print)
    module = types.ModuleType("none")

    def __init__(self, load):
        self.filename = load["path"] or "<program>"
        self.tracing = None
        if load["coverage"]:
            self.tracing = (
                Monitoring(self.filename) if sys.version_info >= (3, 12) else Tracing(self.filename)
            )
        self.limits = load["limits"]
        self.loop = None
        self.streams = Streams(self.limits["output"])
        self.load = load
        self.warned = []
        self.denied = []
        self.scratch = ScratchWatch(load["scratch"]) if load.get("scratch") else None
        if self.scratch is not None:
            os.environ["TMPDIR"] = load["scratch"]

    def execute(self):
        """Run the module's top level; a text says why it cannot be used, "" when all is well."""
        load = self.load
        sys.path[:0] = [path for path in (*load["search_path"], load["root"]) if path]
        try:
            _notice_denials(self.denied)
            return self._execute(load)
        except MemoryError:
            return "loading the module needs more memory than the limit"
        except OutputLimit:
            return "loading the module prints more than the limit"
        except BaseException as error:
            name, text = exception_parts(error)
            return "loading the module raises %s: %s" % (name, text[:500])

    def _execute(self, load):
        import importlib

        name = load["module"]
        package = load["package"]
        parent = None
        if package:
            try:
                parent = importlib.import_module(package)
            except ImportError:
                parent = None  # the program's own relative import will say it better
        for wanted in load["imports"]:
            self._import_early(importlib, wanted, package)
        code = compile(load["source"], self.filename, "exec", 0, True)
        if self.tracing is not None:
            self.tracing.watch(code)
        self.module = module = types.ModuleType(name)
        module.__file__ = self.filename
        module.__package__ = package
        sys.modules[name] = module
        if parent is not None and name.startswith(package + "."):
            setattr(parent, name[len(package) + 1 :], module)
        learn_types(name)
        exec(code, module.__dict__)
        _patch_asyncio()
        return self._find(load["function"], module)

    @staticmethod
    def _import_early(importlib, wanted, package):
        """Import now what the program's functions would import later, when files are out of reach."""
        try:
            importlib.import_module(wanted, package or None)
        except BaseException:
            return  # absent ones fail at the same place as outside, when the program asks for them

    def _find(self, qualname, module):
        value = module
        for part in qualname.split("."):
            try:
                value = getattr(value, part)
            except AttributeError:
                return "the module has no function %s after loading" % qualname
        if isinstance(value, property) and value.fget is not None:
            value = value.fget
        if not callable(value):
            return "%s is not callable after loading" % qualname
        self.function = value
        return ""

    def settle(self):
        """Take stock before the first call: inputs, warnings, random state, globals, memory."""
        import warnings

        warnings.resetwarnings()
        warnings.simplefilter("always")
        warned = self.warned

        def note(message, category, filename, lineno, file=None, line=None):
            seen = warning_of(type_name(category), str(message)[:2000])
            if len(warned) < 100 and not (seen[1] in _FLOATING and seen in warned):
                warned.append(seen)

        warnings.showwarning = note
        self.streams.take()
        self.inputs = Inputs(self.module.__dict__)
        self.watch = GlobalsWatch(self.module.__dict__, self.load["watch"])
        self.random = RandomWatch()
        self.keepers = Keepers(self.module.__dict__)
        self.process = ProcessWatch()
        self.environ = dict(_variables())
        if self.scratch is not None:
            self.scratch.settle()
        self.hints = _effects_by_name(self.module, self.function)
        self.warned.clear()
        self.denied.clear()
        self.streams.attach()
        gc.collect()
        gc.freeze()

    # One call -------------------------------------------------------------------------------------------------------

    def build(self, raw):
        """(args, kwargs) of a case, fresh."""
        args, kwargs = decode(raw, 2, self.inputs)
        return args, kwargs

    def drive(self, result, snapshot=True):
        """Carry asynchronous and lazy results to their end, which is when they do their work."""
        kind = type(result)
        if kind is types.CoroutineType:
            return self._loop().run_until_complete(result)
        if kind is types.AsyncGeneratorType:
            return self._loop().run_until_complete(self._collect(result, snapshot))
        if is_lazy(kind):
            return drain(result, Encoder(self.limits["payload"]), snapshot)
        return result

    def _loop(self):
        if self.loop is None or self.loop.is_closed():
            import asyncio

            _patch_asyncio()
            self.loop = asyncio.new_event_loop()
        return self.loop

    async def _collect(self, source, snapshot):
        encoder = Encoder(self.limits["payload"])
        steps = []
        given = {}
        ended = b"+"
        while len(steps) < STEP_LIMIT:
            try:
                value = await source.__anext__()
            except StopAsyncIteration:
                ended = b"."
                break
            except Exception as error:
                ended = b"!" + _standalone(exception_parts(error), encoder)
                break
            steps.append(_step(value, given, encoder) if snapshot else value)
        return Drained("async_generator", steps, ended)

    def call(self, raw):
        """The parts of a reply for one case: kind, effects, exception, detail, arcs, payload."""
        try:
            args, kwargs = self.build(raw)
        except MemoryError:
            return "memory", (), "", "", b"", b""
        except BaseException as error:
            name, text = exception_parts(error)
            return "missing", (), "", "the input could not be built: %s: %s" % (name, text[:300]), b"", b""
        tracing = self.tracing
        depth = sys.getrecursionlimit()
        function = self.function
        held = held_in(args, kwargs)
        generator = False
        try:
            if tracing is not None:
                tracing.begin()
            try:
                result = function(*args, **kwargs)
                generator = type(result) is types.GeneratorType and tracing is None
                result = self.drive(result)
            finally:
                if tracing is not None:
                    tracing.end()
            ended = (True, result)
        except BaseException as error:
            ended = (False, error)
        extras = {}
        if sys.getrecursionlimit() != depth:
            extras["recursion limit"] = sys.getrecursionlimit()
            sys.setrecursionlimit(depth)
        if generator:
            extras["interrupted"] = self.interrupted(raw)
        covered = b""
        if tracing is not None:
            flat = array("i")
            for pair in tracing.arcs:
                flat.extend(pair)
            covered = flat.tobytes()
        kind, effects, exception, detail, payload = self.observe(
            ended, args, kwargs, extras=extras, held=held
        )
        return kind, effects, exception, detail, covered, payload

    def interrupted(self, raw):
        """What a generator does that is closed, thrown into or sent to after its first step: bytes for each."""
        shown = []
        for how in ("close", "throw", "send"):
            steps = []
            args, kwargs = (), {}
            try:
                args, kwargs = self.build(raw)
                generator = self.function(*args, **kwargs)
                if not isinstance(generator, types.GeneratorType):
                    continue
                try:
                    next(generator)
                    if how == "throw":
                        steps.append(("then", generator.throw(ValueError("thrown in"))))
                    elif how == "send":
                        steps.append(("then", generator.send(3)))
                        steps.append(("then", next(generator)))
                except StopIteration as stop:
                    steps.append(("ended", stop.value))
                generator.close()
            except Exception as error:
                steps.append(("raised", *exception_parts(error)))
            try:
                shown.append((how, _standalone((steps, args, kwargs), Encoder(self.limits["payload"]), True)))
            except Exception as error:
                shown.append((how, type_name(type(error)).encode()))
        return shown

    def observe(self, ended, args, kwargs, printed=None, warned=None, whole=True, extras=None, held=()):
        """Everything that can be seen of a finished call, as canonical bytes."""
        returned, result = ended
        streams = self.streams
        extras = {} if extras is None else extras
        effects = set(self.hints)
        if printed is None and whole and streams.used():
            printed = streams.take()
        if sys.stdout is not streams.text[0] or sys.stderr is not streams.text[1]:
            sys.stdout, sys.stderr = streams.text
        if printed is not None:
            effects.add("stdout")
            if printed[2]:
                return "unserialisable", effects, "", "printed more than %d bytes" % streams.limit, b""
            extras["stdout"], extras["stderr"] = printed[:2]
        if warned is None:
            warned = list(self.warned)
            self.warned.clear()
        if warned:
            effects.add("warnings")
            extras["warnings"] = warned
        if whole:
            self._watch(extras, effects)
        if self.denied or (not returned and isinstance(result, PermissionError)):
            effects.add("denied")
            self.denied.clear()
        if not returned and isinstance(result, MemoryError):
            return "memory", effects, "", "", b""
        try:
            encoder = Encoder(self.limits["payload"])
            encoder.add(tuple(args), lenient=True)
            encoder.add(kwargs, lenient=True)
            if returned:
                encoder.add(("returned", result))
                exception = ""
            else:
                name, text = exception_parts(result)
                exception = name.lstrip("~") + ": " + text[:2000]
                encoder.add(("raised", name, text))
                rest = exception_rest(result, text, encoder)
                if rest:
                    extras["exception"] = rest
            if whole:
                # Replaced or taken out of the arguments: whoever held it before sees it as it is now.
                apart = [(place, item) for place, item in enumerate(held) if id(item) not in encoder.refs]
                if apart:
                    extras["apart"] = apart
                if encoder.refs and self.tracing is None:
                    kept = self.keepers.kept(encoder.refs)
                    if kept:
                        extras["kept"] = kept
            encoder.add(extras, lenient=True)
        except Unserialisable as error:
            what = "the result" if returned else "the exception"
            return "unserialisable", effects, "", "%s cannot be compared: %s" % (what, error), b""
        except MemoryError:
            return "unserialisable", effects, "", "not enough memory to read the result", b""
        except BaseException as error:
            name, text = exception_parts(error)
            return "unserialisable", effects, "", "reading the result raises %s: %s" % (name, text[:300]), b""
        return ("returned" if returned else "raised"), effects, exception, "", bytes(encoder.out)

    def _watch(self, extras, effects):
        changed = self.random.changes()
        if changed:
            effects.add("random")
            extras["random"] = changed
        changed = self.watch.changes()
        if changed:
            effects.add("globals")
            extras["globals"] = changed
        changed = self.process.changes()
        if changed:
            effects.add("process")
            extras["process"] = changed
        if self.scratch is not None:
            changed = self.scratch.changes()
            if changed:
                effects.add("files")
                extras["files"] = changed
        if _variables() != self.environ:
            effects.add("environ")
            was, self.environ = self.environ, dict(_variables())
            names = sorted({*was, *self.environ})
            extras["environ"] = {n: self.environ.get(n) for n in names if self.environ.get(n) != was.get(n)}

    # Many calls, timed from outside -------------------------------------------------------------------------------

    def prepare(self, raws):
        """All inputs, built; None for one that cannot be."""
        built = []
        for raw in raws:
            try:
                built.append(self.build(raw))
            except Exception:
                built.append(None)
        return built

    def run_all(self, built):
        """Call back to back with as little as possible in between."""
        function, drive, streams, warned = self.function, self.drive, self.streams, self.warned
        lazy = types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType
        results = []
        done = results.append
        for case in built:
            if case is None:
                done(None)
                continue
            try:
                result = function(*case[0], **case[1])
                if type(result) in lazy or hasattr(result, "__next__"):
                    result = drive(result, False)
                ended = (True, result)
            except BaseException as error:
                ended = (False, error)
            if warned or streams.used():
                done((ended, streams.take(), list(warned)))
                warned.clear()
            else:
                done((ended, None, ()))
        return results

    def observe_timed(self, case, row):
        """The reply for one call of `run_all`."""
        if row is None:
            return "missing", (), "", "the input could not be built", b"", b""
        ended, printed, warned = row
        if ended[0] and type(ended[1]) is Drained:
            drained = ended[1]
            encoder = Encoder(self.limits["payload"])
            try:
                drained.steps = [_standalone(step, encoder) for step in drained.steps]
            except Exception as error:
                return "unserialisable", (), "", "the result cannot be compared: %s" % error, b"", b""
        kind, effects, exception, detail, payload = self.observe(
            ended, case[0], case[1], printed, warned, whole=False
        )
        return kind, effects, exception, detail, b"", payload


def _variables():
    """The environment as it is, without the decoding that os.environ does for each entry."""
    return os.environ.__dict__["_data"]


_TELLING = {
    "time": (
        "time",
        "perf_counter",
        "monotonic",
        "process_time",
        "now",
        "today",
        "utcnow",
        "localtime",
        "gmtime",
    ),
    "io": ("open", "input", "read_text", "write_text", "read_bytes", "write_bytes", "urlopen", "socket"),
}


def _effects_by_name(module, function):
    """Effects that a function's names suggest: best effort, for what leaves no trace to observe."""
    found = set()
    seen = set()
    todo = [getattr(function, "__wrapped__", function)]
    while todo and len(seen) < 200:
        code = getattr(todo.pop(), "__code__", None)
        if code is None or code in seen:
            continue
        seen.add(code)
        names = code.co_names
        for effect, telling in _TELLING.items():
            if any(name in names for name in telling):
                found.add(effect)
        todo.extend(
            module.__dict__[name] for name in names if type(module.__dict__.get(name)) is types.FunctionType
        )
    return found


def _send_reply(channel, nonce, index, parts):
    kind, effects, exception, detail, arcs, payload = parts
    mask = 0
    for effect in effects:
        mask |= 1 << EFFECTS.index(effect)
    said = exception[:4000].encode("utf-8", "surrogatepass")
    why = detail[:2000].encode("utf-8", "surrogatepass")
    head = REPLY.pack(index, KINDS.index(kind), mask, len(said), len(why), len(arcs))
    channel.send(b"r", nonce, head, said, why, arcs, payload)


def _split_cases(body):
    count = _READ_I(body, 0)[0]
    place = 4
    raws = []
    for _ in range(count):
        length = _READ_I(body, place)[0]
        raws.append(body[place + 4 : place + 4 + length])
        place += 4 + length
    return raws


def serve(channel, program):
    """Answer requests until the pipe closes or the parent kills us."""
    while True:
        kind, nonce, body = channel.receive()
        raws = _split_cases(body)
        if kind == b"C":
            for index, raw in enumerate(raws):
                parts = program.call(raw)
                _send_reply(channel, nonce, index, parts)
                if parts[0] == "memory":
                    os._exit(0)
        elif kind == b"T":
            built = program.prepare(raws)
            gc.collect()
            channel.send(b"a", nonce)
            channel.receive()
            results = program.run_all(built)
            channel.send(b"z", nonce)
            channel.receive()  # asleep, so that the parent reads a clock that stands still
            for index, (case, row) in enumerate(zip(built, results)):  # noqa: B905, `strict` came with 3.10
                parts = program.observe_timed(case, row)
                _send_reply(channel, nonce, index, parts)
                if parts[0] == "memory":
                    os._exit(0)
        elif kind == b"P":
            _send_peak(channel, nonce, program, raws[0])


def _send_peak(channel, nonce, program, raw):
    import tracemalloc

    try:
        args, kwargs = program.build(raw)
    except Exception:
        _send_reply(channel, nonce, 0, program.observe_timed(None, None))
        return
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    row = program.run_all([(args, kwargs)])[0]
    peak = max(0, tracemalloc.get_traced_memory()[1] - before)
    tracemalloc.stop()
    channel.send(b"p", nonce, struct.pack("<Q", peak))
    parts = program.observe_timed((args, kwargs), row)
    _send_reply(channel, nonce, 0, parts)
    if parts[0] == "memory":
        os._exit(0)


def run(requests, replies, zygote):
    """The life of one fork: confine, load, lock, serve. Never returns."""
    kernel = zygote.kernel
    _tidy_descriptors(requests, replies)
    channel = Channel(3, 4)
    try:
        order = zygote.order
        layers = order["layers"]
        if "rlimits" in layers:
            limit_resources(order["limits"], bool(zygote.namespaces))
        scratch = order["scratch"] if "namespaces" in layers and zygote.namespaces else ""
        if scratch:
            mount_scratch(kernel, scratch, 4 * order["limits"]["file"])
        if "capabilities" in layers:
            drop_capabilities(kernel)
        reading_first = "landlock" in layers or order["profile"] == "fs-read"
        if "landlock" in layers:
            # A folder of one's own is another one in each run, so its rules are too.
            own = landlock_ruleset(kernel, order["readable"], scratch) if scratch else zygote.landlock(order)
            kernel.check(kernel.syscall(446, own, 0), "landlock_restrict_self")
        os.closerange(5, 4096)
        kernel.prctl(_PR_SET_DUMPABLE, 0)
        kernel.prctl(_PR_SET_PDEATHSIG, 9)
        if os.getppid() != zygote.pid:
            os._exit(1)
        threads = order["limits"]["threads"]
        strict = order["profile"] == "strict"
        if "seccomp" in layers:
            final = not (reading_first and strict)
            install_seccomp(kernel, zygote.filter(reading_first, threads, final, bool(scratch)))
    except BaseException as error:
        _, nonce, _ = channel.receive()
        channel.send(b"l", nonce, encode(("the sandbox could not be closed: %s" % error, [])))
        os._exit(1)
    locks = "seccomp" in layers and strict and reading_first
    load_and_serve(
        channel, (lambda: install_seccomp(kernel, zygote.filter(False, threads, True))) if locks else None
    )


def load_and_serve(channel, lock=None):
    """Load the program that is sent, lock what is still open, and answer until the end."""
    _, nonce, body = channel.receive()
    program = Program(decode(body, 1)[0])
    reason = program.execute()
    if not reason:
        try:
            program.settle()
        except BaseException as error:
            reason = "after loading: %s" % (error,)
    if lock is not None:
        try:
            lock()
        except BaseException as error:
            reason = "the sandbox could not be closed: %s" % error
    watched = [] if reason else program.watch.watched()
    channel.send(b"l", nonce, encode((reason, watched)))
    if reason:
        os._exit(1)
    serve(channel, program)


def _tidy_descriptors(requests, replies):
    """Standard streams closed to the outside, 3 and 4 the pipes, nothing else but Landlock's ruleset."""
    import signal

    os.setsid()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGPIPE, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    requests, replies = os.dup(requests), os.dup(replies)
    empty = os.open("/dev/null", os.O_RDONLY)
    # Opened for reading only: what bypasses sys.stdout fails instead of vanishing.
    for target in (0, 1, 2):
        os.dup2(empty, target)
    high = max(requests, replies, 4) + 1
    requests, replies = os.dup2(requests, high, False), os.dup2(replies, high + 1, False)
    os.dup2(requests, 3, False)
    os.dup2(replies, 4, False)


# --------------------------------------------------------------------------------------------------------------------
# Zygote: boots once, preloads, and forks one process per run.
# --------------------------------------------------------------------------------------------------------------------


class Zygote:
    """Waits for orders on its control socket; each makes one fork."""

    def __init__(self, control, config, kernel):
        self.control = control
        self.config = config
        self.kernel = kernel
        self.order = {}
        self.children = {}  # pidfd -> pid
        self.ended = {}  # pid -> wait status
        self.rulesets = {}
        self.filters = {}
        self.namespaces = ()
        self.pid = 0

    def boot(self):
        """Bind our life to the parent's, give up privileges for good and enter namespaces."""
        kernel, config = self.kernel, self.config
        try:
            with open("/proc/self/oom_score_adj", "w") as handle:
                handle.write("1000")
        except OSError:
            pass  # only makes this process a likelier victim when memory ends
        if config["layers"]:
            kernel.check(kernel.prctl(_PR_SET_NO_NEW_PRIVS, 1), "no_new_privs")
        if "namespaces" in config["layers"]:
            self.namespaces = enter_namespaces(kernel)
            if "pid" in self.namespaces:
                self._become_first()

    def _become_first(self):
        """The first process of the new pid namespace does the work: when it dies, the kernel ends all the others."""
        pid = os.fork()
        if pid:
            self.control.close()
            _, status = os.waitpid(pid, 0)
            os._exit(0 if status == 0 else 1)
        self.kernel.prctl(_PR_SET_PDEATHSIG, 9)
        import select

        # Our parent has no number in this namespace to ask for; what tells is that Velox has hung up.
        poller = select.poll()
        poller.register(self.control.fileno(), select.POLLHUP)
        if poller.poll(0):
            os._exit(1)

    def landlock(self, order):
        """The ruleset for an order, made once."""
        paths = tuple(order["readable"])
        if paths not in self.rulesets:
            import fcntl

            ruleset = landlock_ruleset(self.kernel, paths)
            # High up, where a run that arranges its own descriptors does not overwrite it.
            self.rulesets[paths] = fcntl.fcntl(ruleset, fcntl.F_DUPFD_CLOEXEC, 1000)
            os.close(ruleset)
        return self.rulesets[paths]

    def filter(self, reading, threads, final, writing=False):
        """The seccomp program, built once."""
        key = (bool(reading), bool(threads), bool(final), writing)
        if key not in self.filters:
            self.filters[key] = seccomp_program(*key)
        return self.filters[key]

    def preload(self, names):
        """Import modules that runs will share."""
        import importlib

        for name in names:
            if name not in sys.modules:
                try:
                    importlib.import_module(name)
                except Exception:
                    continue  # absent from this interpreter: the program will say so itself
        self._freeze()

    @staticmethod
    def _freeze():
        gc.collect()
        gc.freeze()

    def say(self, message, descriptors=()):
        """Send one message to the parent."""
        import _socket

        extra = (
            [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, array("i", descriptors).tobytes())]
            if descriptors
            else []
        )
        self.control.sendmsg([encode(message)], extra)

    def listen(self):
        """(message, descriptors) of the next order; None when the parent is gone."""
        import _socket

        data, extra, _, _ = self.control.recvmsg(1 << 18, _socket.CMSG_SPACE(8))
        if not data:
            return None
        handles = array("i")
        for level, kind, raw in extra:
            if level == _socket.SOL_SOCKET and kind == _socket.SCM_RIGHTS:
                handles.frombytes(raw[: len(raw) - len(raw) % 4])
        return decode(data, 1)[0], list(handles)

    def serve(self):
        """Until the parent closes its end."""
        import select

        poller = select.poll()
        poller.register(self.control.fileno(), select.POLLIN)
        while True:
            for handle, _ in poller.poll():
                if handle == self.control.fileno():
                    heard = self.listen()
                    if heard is None:
                        return
                    self._obey(*heard, poller)
                elif handle in self.children:
                    self._reap(handle, poller)

    def _reap(self, handle, poller):
        pid = self.children.pop(handle)
        poller.unregister(handle)
        os.close(handle)
        _, status = os.waitpid(pid, 0)
        if len(self.ended) > 1000:
            self.ended.clear()
        self.ended[pid] = status

    def _obey(self, message, descriptors, poller):
        import select

        if message["do"] == "status":
            pid = message["pid"]
            for handle, known in list(self.children.items()):
                if known == pid and select.select([handle], [], [], message["wait"])[0]:
                    self._reap(handle, poller)
            self.say({"status": self.ended.pop(pid, None)})
            return
        self.order = message
        self.preload(message["preload"])
        if "landlock" in message["layers"] and not message["scratch"]:
            self.landlock(message)
        if "seccomp" in message["layers"]:
            self.filter(True, message["limits"]["threads"], False)
            if message["scratch"]:
                self.filter(True, message["limits"]["threads"], True, True)
            self.filter(False, message["limits"]["threads"], True)
        self.pid = os.getpid()
        pid = os.fork()
        if pid == 0:
            try:
                self.control.close()
                run(descriptors[0], descriptors[1], self)
            finally:
                os._exit(LOST)
        for handle in descriptors:
            os.close(handle)
        handle = self.kernel.check(self.kernel.syscall(434, pid, 0), "pidfd_open")
        os.set_inheritable(handle, False)
        self.children[handle] = pid
        poller.register(handle, select.POLLIN)
        self.say({"pid": pid}, [handle])


def site_folders():
    """Where third-party packages live: what `site` would add, without running code from .pth files."""
    version = "python%d.%d" % sys.version_info[:2]
    here = os.path.dirname(os.path.abspath(sys.executable))
    prefixes = []
    with_base = True
    for folder in (here, os.path.dirname(here)):
        try:
            with open(os.path.join(folder, "pyvenv.cfg"), encoding="utf-8") as handle:
                text = handle.read().lower().replace(" ", "")
        except OSError:
            continue
        prefixes.append(os.path.dirname(here) if folder == here else folder)
        with_base = "include-system-site-packages=true" in text
        break
    if with_base:
        prefixes += [sys.prefix, sys.base_prefix]
    folders = []
    for prefix in prefixes:
        folders += [
            os.path.join(prefix, library, leaf, name)
            for library in ("lib", "lib64")
            for leaf in (version, "python3")
            for name in ("site-packages", "dist-packages")
        ]
        folders.append(os.path.join(prefix, "Lib", "site-packages"))  # Windows
        if prefix == "/usr":
            folders.append("/usr/local/lib/%s/dist-packages" % version)
    found = []
    for folder in folders:
        if os.path.isdir(folder) and folder not in found:
            found.append(folder)
    for folder in list(found):
        found += [path for path in _named_in_pth(folder) if path not in found]
    return found


def _named_in_pth(folder):
    for name in sorted(os.listdir(folder)):
        if name.startswith("__editable__") and name.endswith("_finder.py"):
            yield from _named_in_finder(os.path.join(folder, name))
        if not name.endswith(".pth"):
            continue
        try:
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as handle:
                lines = handle.read().splitlines()
        except OSError:
            continue
        for line in lines:
            path = os.path.join(folder, line.strip())
            # Lines that start with `import` are code, which `site` would run and we do not.
            if line.strip() and not line.startswith(("#", "import ", "import\t")) and os.path.isdir(path):
                yield path


def _named_in_finder(path):
    """Folders of packages installed for editing by code that `site` would run: its table is read instead."""
    import ast

    try:
        with open(path, encoding="utf-8") as handle:
            tree = ast.parse(handle.read())
    except (OSError, SyntaxError, ValueError):
        return
    for node in tree.body:
        target = node.target if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [None])[0]
        if not (isinstance(target, ast.Name) and target.id == "MAPPING"):
            continue
        try:
            table = ast.literal_eval(node.value)  # type: ignore[attr-defined]
        except ValueError:
            return
        for name, place in table.items():
            # Only where the folder above gives the package the same name.
            if isinstance(place, str) and os.path.basename(place).partition(".")[0] == name:
                yield os.path.dirname(place)


# What a run itself needs, and could not import any more once it is locked.
_NEEDED = (
    "gc",
    "io",
    "signal",
    "importlib",
    "resource",
    "select",
    "fcntl",
    "tracemalloc",
    "warnings",
    "zlib",
)


def facts():
    """Entry point: what this interpreter is, on standard output."""
    sys.path.extend(path for path in site_folders() if path not in sys.path)
    said = {
        "version": list(sys.version_info[:3]),
        "protocol": PROTOCOL,
        "prefixes": sorted({sys.prefix, sys.base_prefix, sys.exec_prefix}),
        "sites": [path for path in sys.path if path],
        "base": getattr(sys, "_base_executable", None) or "",
    }
    sys.stdout.buffer.write(encode(said))


def alone():
    """Entry point of a run as a process of its own, where there is no fork: first its order, then as any run."""
    requests, replies = os.dup(0), os.dup(1)
    if os.name == "nt":
        import msvcrt

        for handle in (requests, replies):
            msvcrt.setmode(handle, os.O_BINARY)  # type: ignore[attr-defined]
    empty = os.open(os.devnull, os.O_RDONLY)
    for target in (0, 1, 2):
        os.dup2(empty, target)
    channel = Channel(requests, replies)
    order = decode(channel.receive()[2], 1)[0]
    sys.path.extend(path for path in site_folders() if path not in sys.path)
    _limit_alone(order["limits"])
    for name in (*_NEEDED, *order["preload"]):
        try:
            __import__(name)
        except ImportError:
            continue  # not on this system, or the program will say so itself
    load_and_serve(channel)


def _limit_alone(limits):
    """The limits that every POSIX system has; the others are the parent's to watch."""
    try:
        import resource
    except ImportError:
        return
    for name, key in (("CPU", "cpu"), ("FSIZE", "file"), ("NOFILE", "files"), ("CORE", "")):
        value = limits[key] if key else 0
        kind = getattr(resource, "RLIMIT_" + name)
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (value, value) if hard < 0 else (min(value, hard), min(value, hard)))


def zygote():
    """Entry point: the number of the control socket is the only argument."""
    kernel = Kernel()
    kernel.prctl(_PR_SET_PDEATHSIG, 9)  # before anything that takes time
    import _socket

    control = _socket.socket(fileno=int(sys.argv[1]))
    control_config = decode(control.recv(1 << 18), 1)[0]
    if os.getppid() != control_config["parent"]:  # it died before it could be followed
        os._exit(1)
    os.chdir("/")
    me = Zygote(control, control_config, kernel)
    for name in _NEEDED:
        __import__(name)
    own_paths = [path for path in sys.path if path]
    sys.path.extend(path for path in site_folders() if path not in sys.path)
    try:
        me.boot()
    except BaseException as error:
        me.say({"error": str(error)})
        raise
    landlock = landlock_version(me.kernel)
    me.say(
        {
            "version": list(sys.version_info[:3]),
            "protocol": PROTOCOL,
            "landlock": landlock,
            "seccomp": architecture()[1] >= 0,
            "namespaces": list(me.namespaces),
            "prefixes": sorted({sys.prefix, sys.base_prefix, sys.exec_prefix, *own_paths}),
            "sites": list(sys.path),
        }
    )
    # Nothing more is written to the terminal of whoever started us.
    quiet = os.open("/dev/null", os.O_RDWR)
    for target in (0, 1, 2):
        os.dup2(quiet, target)
    me.preload(control_config["preload"])
    # The first compilation sets up tables that every run would otherwise set up again.
    exec(compile("def first(a, *b): return [c for c in b if a]", "<first>", "exec", 0, True), {})
    me.serve()


if __name__ == "__main__":
    {"facts": facts, "alone": alone}.get(sys.argv[1], zygote)()
