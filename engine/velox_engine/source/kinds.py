"""The types that local inference tells apart, and what known functions, methods and annotations say about them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce


@dataclass(frozen=True, slots=True)
class Kind:
    """What kind of value an expression has; `name` is "" when unknown."""

    name: str
    element: Kind | None = None  # what iterating over it gives
    value: Kind | None = None  # of a mapping
    items: tuple[Kind, ...] = ()  # of a tuple of known shape

    def __bool__(self) -> bool:
        return bool(self.name)

    def __str__(self) -> str:
        return self.name


UNKNOWN = Kind("")
NONE = Kind("None")
INT, FLOAT, BOOL, STR, BYTES = Kind("int"), Kind("float"), Kind("bool"), Kind("str"), Kind("bytes")
_STR = Kind("str", STR)
_LIST = Kind("list")
_STR_LIST = Kind("list", STR)


def join(kinds: list[Kind]) -> Kind:
    """The kind of a value that may come from any of several places; None among them is left out of account."""
    kinds = [kind for kind in kinds if kind.name != "None"] or kinds[:1]
    return reduce(_join_two, kinds) if kinds else UNKNOWN


def _join_two(a: Kind, b: Kind) -> Kind:
    if a == b:
        return a
    if a.name != b.name:
        numeric = {"int", "float", "bool"}
        return FLOAT if a.name in numeric and b.name in numeric else UNKNOWN
    # Ex) `found = []` says nothing about what it will hold, so the other binding decides
    return Kind(a.name, _either(a.element, b.element), _either(a.value, b.value))


def _words(text: str) -> list[str]:
    return text.split()


def _either(a: Kind | None, b: Kind | None) -> Kind | None:
    if a is None or b is None:
        return a or b
    return a if a == b else UNKNOWN


ARITHMETIC = frozenset({"int", "float", "bool"})
SEQUENCES = frozenset({"list", "tuple", "str", "bytes", "bytearray", "range", "deque", "array", "ndarray"})
MAPPINGS = frozenset({"dict", "defaultdict", "Counter", "OrderedDict"})
SETS = frozenset({"set", "frozenset"})
FILE = Kind("file", STR)

# Results that do not depend on the arguments' kinds.
FUNCTION_RESULTS: dict[str, Kind] = {
    "len": INT, "ord": INT, "hash": INT, "id": INT, "int": INT, "float": FLOAT, "bool": BOOL, "isinstance": BOOL,
    "issubclass": BOOL, "callable": BOOL, "hasattr": BOOL, "any": BOOL, "all": BOOL, "str": _STR, "repr": _STR,
    "ascii": _STR, "chr": _STR, "hex": _STR, "oct": _STR, "bin": _STR, "format": _STR, "input": _STR,
    "bytes": Kind("bytes", INT), "bytearray": Kind("bytearray", INT), "dir": _STR_LIST, "dict": Kind("dict"),
    "complex": Kind("complex"), "range": Kind("range", INT), "object": Kind("object"), "open": FILE,
    "divmod": Kind("tuple"), "vars": Kind("dict", STR), "globals": Kind("dict", STR), "locals": Kind("dict", STR),
    "collections.deque": Kind("deque"), "collections.Counter": Kind("Counter", None, INT),
    "collections.OrderedDict": Kind("OrderedDict"), "collections.defaultdict": Kind("defaultdict"),
    "array.array": Kind("array"), "io.StringIO": FILE, "io.BytesIO": FILE, "codecs.open": FILE, "io.open": FILE,
    "numpy.array": Kind("ndarray"), "numpy.zeros": Kind("ndarray"), "numpy.ones": Kind("ndarray"),
    "numpy.arange": Kind("ndarray"), "numpy.asarray": Kind("ndarray"), "numpy.empty": Kind("ndarray"),
    "numpy.linspace": Kind("ndarray"), "numpy.full": Kind("ndarray"), "numpy.concatenate": Kind("ndarray"),
    "numpy.append": Kind("ndarray"), "numpy.zeros_like": Kind("ndarray"), "numpy.where": Kind("ndarray"),
    "pandas.DataFrame": Kind("dataframe"), "pandas.read_csv": Kind("dataframe"), "pandas.concat": Kind("dataframe"),
    "pandas.read_excel": Kind("dataframe"), "pandas.read_parquet": Kind("dataframe"), "pandas.merge": Kind("dataframe"),
    "pandas.read_json": Kind("dataframe"), "pandas.read_sql": Kind("dataframe"), "pandas.Series": Kind("series"),
    "re.compile": Kind("pattern"), "re.findall": _LIST, "re.split": _STR_LIST, "re.sub": _STR,
    "re.finditer": Kind("iterator"), "os.listdir": _STR_LIST, "os.getcwd": _STR, "glob.glob": _STR_LIST,
    "shlex.split": _STR_LIST, "os.path.join": _STR, "os.path.basename": _STR, "os.path.dirname": _STR,
    "os.path.abspath": _STR, "os.path.realpath": _STR, "os.path.normpath": _STR, "random.sample": _LIST,
    "random.choices": _LIST, "random.random": FLOAT, "random.randint": INT, "json.dumps": _STR,
    "math.sqrt": FLOAT, "math.floor": INT, "math.ceil": INT, "time.time": FLOAT, "time.perf_counter": FLOAT,
    "itertools.chain": Kind("iterator"), "itertools.count": Kind("iterator", INT), "inspect.getmembers": _LIST,

    "heapq.nlargest": _LIST, "heapq.nsmallest": _LIST, "operator.itemgetter": Kind("callable"),
    "ast.literal_eval": UNKNOWN, "pathlib.Path": Kind("path"), "textwrap.wrap": _STR_LIST,
    "textwrap.dedent": _STR, "types.SimpleNamespace": Kind("object"), "decimal.Decimal": Kind("decimal"),
    "fractions.Fraction": Kind("fraction"), "sys.getsizeof": INT, "string.capwords": _STR,
}  # fmt: skip

# Functions that take one iterable and give its elements in another container.
CONTAINER_OF_FIRST: dict[str, str] = {
    "list": "list", "sorted": "list", "set": "set", "frozenset": "frozenset", "tuple": "tuple", "iter": "iterator",
    "reversed": "iterator", "collections.deque": "deque", "collections.Counter": "Counter", "dict.fromkeys": "dict",
}  # fmt: skip

_STR_METHODS: dict[str, Kind] = {
    **dict.fromkeys(
        _words(
            "capitalize casefold center expandtabs format format_map join ljust lower lstrip removeprefix "
            "removesuffix replace rjust rstrip strip swapcase title translate upper zfill"
        ),
        _STR,
    ),
    **dict.fromkeys(_words("count find index rfind rindex"), INT),
    **dict.fromkeys(
        _words(
            "endswith startswith isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isspace "
            "istitle isupper isprintable"
        ),
        BOOL,
    ),
    "split": _STR_LIST,
    "rsplit": _STR_LIST,
    "splitlines": _STR_LIST,
    "partition": Kind("tuple", STR, items=(STR, STR, STR)),
    "rpartition": Kind("tuple", STR, items=(STR, STR, STR)),
    "encode": Kind("bytes", INT),
}

METHOD_RESULTS: dict[str, dict[str, Kind]] = {
    "str": _STR_METHODS,
    "bytes": {"decode": _STR, "split": Kind("list", BYTES), "splitlines": Kind("list", BYTES), "hex": _STR},
    "list": {"index": INT, "count": INT, "sort": NONE, "append": NONE, "extend": NONE, "reverse": NONE},
    "tuple": {"index": INT, "count": INT},
    "file": {"read": _STR, "readline": _STR, "readlines": _STR_LIST, "write": INT},
    "pattern": {
        "findall": _LIST,
        "split": _STR_LIST,
        "sub": _STR,
        "finditer": Kind("iterator"),
    },
    "ndarray": {
        **dict.fromkeys(
        _words("astype reshape ravel flatten transpose cumsum cumprod repeat clip round"),
            Kind("ndarray"),
        ),
        "tolist": _LIST,
    },
    "dataframe": dict.fromkeys(
        _words(
            "copy merge dropna fillna sort_values reset_index set_index rename drop assign astype head tail query "
            "join"
        ),
        Kind("dataframe"),
    ),
    "Counter": {"most_common": Kind("list", Kind("tuple"))},
}  # fmt: skip

# Methods whose result tells its kind even when the receiver is not known.
ANY_RECEIVER: dict[str, Kind] = {
    "splitlines": _LIST,
    "readlines": _LIST,
    "startswith": BOOL,
    "endswith": BOOL,
    "isdigit": BOOL,
    "tolist": _LIST,
    "casefold": _STR,
    "iterrows": Kind("iterator"),
    "to_numpy": Kind("ndarray"),
}

_ANNOTATIONS: dict[str, str] = {
    "list": "list", "List": "list", "dict": "dict", "Dict": "dict", "set": "set", "Set": "set", "tuple": "tuple",
    "Tuple": "tuple", "frozenset": "frozenset", "FrozenSet": "frozenset", "str": "str", "bytes": "bytes",
    "bytearray": "bytearray", "int": "int", "float": "float", "bool": "bool", "complex": "complex",
    "deque": "deque", "Deque": "deque", "defaultdict": "defaultdict", "DefaultDict": "defaultdict",
    "Counter": "Counter", "OrderedDict": "OrderedDict", "ndarray": "ndarray", "NDArray": "ndarray",
    "DataFrame": "dataframe", "Series": "series", "None": "None", "Iterator": "iterator",
    "Generator": "generator", "Text": "str", "Path": "path", "Decimal": "decimal", "Pattern": "pattern",
    "Sequence": "sequence", "MutableSequence": "sequence", "Iterable": "iterable", "Collection": "iterable",
    "Mapping": "mapping", "MutableMapping": "mapping", "Callable": "callable", "AbstractSet": "set",
}  # fmt: skip


def kind_of_annotation(text: str, depth: int = 0) -> Kind:
    """The kind that an annotation names, such as `list[int]`, `Optional[Dict[str, int]]` or `"str | None"`."""
    text = text.strip().strip("'\"").strip()
    if not text or depth > 6 or len(text) > 300:
        return UNKNOWN
    if "|" in text:
        parts = _split(text, "|")
        if len(parts) > 1:
            return join([kind_of_annotation(part, depth + 1) for part in parts])
    head, bracket, rest = text.partition("[")
    base = head.strip().rpartition(".")[2]
    inside = _split(rest.rpartition("]")[0], ",") if bracket else []
    if base in ("Optional", "Final", "ClassVar", "Annotated", "Required", "NotRequired") and inside:
        return kind_of_annotation(inside[0], depth + 1)
    if base == "Union":
        return join([kind_of_annotation(part, depth + 1) for part in inside])
    name = _ANNOTATIONS.get(base, "")
    if not name:
        return UNKNOWN
    inner = [kind_of_annotation(part, depth + 1) for part in inside]
    if name == "str":
        return _STR
    if name == "tuple" and inner and inside[-1].strip() != "...":
        same = inner[0] if all(kind == inner[0] for kind in inner) else None
        return Kind("tuple", same, items=tuple(inner))
    if name in MAPPINGS or name == "mapping":
        element = inner[0] if inner else None
        return Kind(name, element, inner[1] if len(inner) > 1 else (INT if name == "Counter" else None))
    return Kind(name, inner[0] if inner and name not in ("callable", "generator") else None)


def _split(text: str, separator: str) -> list[str]:
    """Split at separators that are in no brackets."""
    parts, depth, last = [], 0, 0
    for at, character in enumerate(text):
        if character in "[(":
            depth += 1
        elif character in "])":
            depth -= 1
        elif character == separator and depth == 0:
            parts.append(text[last:at])
            last = at + 1
    parts.append(text[last:])
    return [part for part in parts if part.strip()]
