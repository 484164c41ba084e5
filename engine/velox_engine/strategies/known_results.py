"""What built-in functions and methods return, as shapes: the tables behind the local type inference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from velox_engine.strategies.shape import UNKNOWN, Shape

STR: Final = Shape("str")
INT: Final = Shape("int")
BOOL: Final = Shape("bool")
FLOAT: Final = Shape("float")

BUILTIN_RESULTS: Final[Mapping[str, Shape]] = {
    "len": INT, "ord": INT, "hash": INT, "id": INT, "int": INT,
    "str": STR, "repr": STR, "chr": STR, "bin": STR, "hex": STR, "oct": STR, "format": STR,
    "ascii": STR, "input": STR, "float": FLOAT, "bool": BOOL, "isinstance": BOOL, "any": BOOL,
    "all": BOOL, "callable": BOOL, "hasattr": BOOL, "issubclass": BOOL,
    "range": Shape("range", INT), "bytes": Shape("bytes", INT), "bytearray": Shape("bytearray", INT),
}  # fmt: skip
COPIES: Final[Mapping[str, str]] = {
    "list": "list", "sorted": "list", "tuple": "tuple", "set": "set", "frozenset": "frozenset",
    "reversed": "iterator", "iter": "iterator",
}  # fmt: skip
MODULE_RESULTS: Final[Mapping[tuple[str, str], Shape]] = {
    ("math", "isqrt"): INT, ("math", "floor"): INT, ("math", "ceil"): INT, ("math", "sqrt"): FLOAT,
    ("math", "factorial"): INT, ("math", "gcd"): INT, ("math", "comb"): INT,
    ("collections", "deque"): Shape("deque"), ("collections", "Counter"): Shape("Counter", UNKNOWN, INT),
    ("collections", "defaultdict"): Shape("defaultdict"), ("collections", "OrderedDict"): Shape("OrderedDict"),
}  # fmt: skip
STR_METHODS: Final[Mapping[str, Shape]] = {
    **dict.fromkeys(
        [
            "lower",
            "upper",
            "title",
            "capitalize",
            "swapcase",
            "casefold",
            "strip",
            "lstrip",
            "rstrip",
            "replace",
            "join",
            "format",
            "center",
            "ljust",
            "rjust",
            "zfill",
            "expandtabs",
            "translate",
            "removeprefix",
            "removesuffix",
        ],
        STR,
    ),
    **dict.fromkeys(["count", "find", "rfind", "index", "rindex"], INT),
    **dict.fromkeys(
        [
            "startswith",
            "endswith",
            "isdigit",
            "isalpha",
            "isalnum",
            "isupper",
            "islower",
            "isspace",
            "istitle",
            "isnumeric",
            "isdecimal",
            "isidentifier",
            "isascii",
            "isprintable",
        ],
        BOOL,
    ),
    **dict.fromkeys(["split", "rsplit", "splitlines"], Shape("list", STR)),
    **dict.fromkeys(["partition", "rpartition"], Shape("tuple", STR)),
    "encode": Shape("bytes", INT),
}
# Methods that a list, tuple, set or dict has as well say nothing about the receiver.
ONLY_STR: Final = frozenset(STR_METHODS) - {"count", "index", "find", "translate", "join", "format"}
SEQUENCES: Final = frozenset({"list", "tuple", "str", "range", "deque", "bytes", "sequence", "bytearray"})
