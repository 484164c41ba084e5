"""What built-in functions, methods and operators return, as shapes: what the local type inference rests on."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Final

from velox_engine.strategies.shape import BOTTOM, UNKNOWN, Shape, join

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


def arithmetic_result(left: Shape, op: ast.operator, right: Shape) -> Shape:
    """The shape of `left op right`."""
    if left is BOTTOM or right is BOTTOM:
        return BOTTOM
    evidence = left.weakened(right.evidence).evidence
    if left.name == "str" and isinstance(op, ast.Mod):
        return STR.with_characters().weakened(left.evidence)
    if left.name in ("str", "list", "tuple", "bytes"):
        if isinstance(op, ast.Add) and right.name == left.name:
            return join(left, right)
        return left if isinstance(op, ast.Mult) and right.is_whole else UNKNOWN
    if right.name in ("str", "list", "tuple") and isinstance(op, ast.Mult) and left.is_whole:
        return right
    if left.is_whole and right.is_whole:
        if isinstance(op, ast.Div):
            return FLOAT.weakened(evidence)
        return UNKNOWN if isinstance(op, ast.Pow) else INT.weakened(evidence)
    if left.is_number and right.is_number and not isinstance(op, ast.Pow):
        return (
            FLOAT.weakened(evidence)
            if "float" in (left.name, right.name)
            else Shape("number", evidence=evidence)
        )
    if left.name == right.name == "set" and isinstance(op, ast.BitAnd | ast.BitOr | ast.Sub | ast.BitXor):
        return left
    return UNKNOWN
