"""Type hints as shapes: typing and builtin generics, unions old and new, literals, numpy, string annotations."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from velox_engine.verify.inputs.imported import Imported, Names
from velox_engine.verify.inputs.shapes import ANY, BOOL, BYTES, COMPLEX, FLOAT, INT, NONE, STR, Shape, union
from velox_engine.verify.inputs.target import classes_of

ANYTHING = Shape("anything")  # unlike the unknown (any), a promise to take every kind of value
DEEPEST = 8  # recursive aliases end here

PLAIN: dict[str, Shape] = {
    "int": INT, "float": FLOAT, "bool": BOOL, "str": STR, "bytes": BYTES, "complex": COMPLEX, "None": NONE,
    "NoneType": NONE, "object": ANYTHING, "Any": ANYTHING, "bytearray": Shape("bytearray"), "Text": STR,
    "AnyStr": STR,
    "LiteralString": STR, "Hashable": Shape("hashable"), "Number": union([INT, FLOAT]), "Real": union([INT, FLOAT]),
    "Integral": INT, "SupportsInt": INT, "SupportsFloat": FLOAT, "SupportsIndex": INT, "Decimal": Shape("decimal"),
    "Fraction": Shape("fraction"), "date": Shape("date"), "datetime": Shape("datetime"),
    "timedelta": Shape("timedelta"), "Path": Shape("path"), "PurePath": Shape("path"), "range": Shape("range"),
    "slice": Shape("slice"), "PurePosixPath": Shape("path"), "PathLike": Shape("path"), "StrPath": Shape("path"),
    "TextIO": Shape("file"), "StringIO": Shape("file"), "TextIOBase": Shape("file"),
    "BytesIO": Shape("binary file"), "BinaryIO": Shape("binary file"), "IO": Shape("file"),
    "time": Shape("time"), "tzinfo": Shape("timezone"), "timezone": Shape("timezone"), "UUID": Shape("uuid"),
    "Pattern": Shape("pattern"), "Match": Shape("match"),
    "DataFrame": Shape("frame"), "Series": Shape("series"),
    "ByteString": BYTES, "Buffer": BYTES,
}  # fmt: skip
# name in the annotation → (kind of shape, number of type arguments it takes)
GENERIC: dict[str, tuple[str, int]] = {
    "list": ("list", 1), "List": ("list", 1), "MutableSequence": ("list", 1), "UserList": ("list", 1),
    "Sequence": ("sequence", 1), "Collection": ("sequence", 1), "Reversible": ("sequence", 1),
    "Container": ("sequence", 1), "Sized": ("sequence", 1),
    "set": ("set", 1), "Set": ("set", 1), "MutableSet": ("set", 1), "AbstractSet": ("set", 1),
    "frozenset": ("frozenset", 1), "FrozenSet": ("frozenset", 1), "deque": ("deque", 1), "Deque": ("deque", 1),
    "dict": ("dict", 2), "Dict": ("dict", 2), "Mapping": ("dict", 2), "MutableMapping": ("dict", 2),
    "OrderedDict": ("dict", 2), "DefaultDict": ("dict", 2), "defaultdict": ("dict", 2),
    "Iterable": ("iterable", 1), "Iterator": ("iterator", 1), "Generator": ("iterator", 1),
    "ndarray": ("ndarray", 0), "NDArray": ("ndarray", 0), "ArrayLike": ("ndarray", 0), "array": ("ndarray", 0),
    "Callable": ("callable", 0),
}  # fmt: skip
TRANSPARENT = frozenset({"Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly"})


@dataclass(frozen=True, slots=True)
class Meanings:
    """What names in annotations can mean in a module: its own aliases, variables and classes, and those imported."""

    definitions: Mapping[str, ast.AST]
    imports: Names | None
    elsewhere: bool = (
        False  # the module is another one, which what is assigned to an imported name was read in
    )


def shape_of_hint(hint: ast.expr | None, module: ast.Module, imports: Names | None = None) -> Shape | None:
    """The shape an annotation stands for; None when there is none or it names something unknown."""
    if hint is None:
        return None
    return _read(hint, Meanings(_definitions(module), imports), 0)


def _definitions(module: ast.Module) -> Mapping[str, ast.AST]:
    """What names in annotations can mean here: aliases, type variables, NewTypes, classes."""
    found: dict[str, ast.AST] = {}
    for item in module.body:
        if isinstance(item, ast.Assign) and len(item.targets) == 1 and isinstance(item.targets[0], ast.Name):
            found[item.targets[0].id] = item.value
        elif isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and item.value is not None:
            found[item.target.id] = item.value
    found.update(classes_of(module))
    return found


def _read(node: ast.expr, known: Meanings, depth: int) -> Shape | None:
    if depth > DEEPEST:
        return ANY
    match node:
        case ast.Constant(value=None):
            return NONE
        case ast.Constant(value=str(text)):
            try:
                return _read(ast.parse(text.strip(), mode="eval").body, known, depth + 1)
            except (SyntaxError, ValueError):
                return None
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _either([left, right], known, depth)
        case ast.Name(id=name):
            return _named(name, known, depth)
        case ast.Attribute(attr=name):
            written = ast.unparse(node)
            return (
                _of_class(written, known)
                or PLAIN.get(name)
                or _bare(name)
                or _of_alias(written, known, depth)
            )
        case ast.Subscript(value=base, slice=inner):
            arguments = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return _generic(_last_name(base), arguments, known, depth)
    return None


def _generic(name: str, arguments: list[ast.expr], known: Meanings, depth: int) -> Shape | None:
    if name in ("Optional", "Union"):
        extra: list[ast.expr] = [ast.Constant(None)] if name == "Optional" else []
        return _either([*arguments, *extra], known, depth)
    if name == "Literal":
        return Shape("literal", texts=tuple(ast.unparse(item) for item in arguments))
    if name in TRANSPARENT:
        return _read(arguments[0], known, depth + 1)
    if name in ("type", "Type"):
        return Shape("recipe", texts=(ast.unparse(arguments[0]),))
    if name in ("tuple", "Tuple"):
        if len(arguments) == 2 and isinstance(arguments[1], ast.Constant) and arguments[1].value is Ellipsis:
            return Shape("tuple", (_read(arguments[0], known, depth + 1) or ANY,))
        return Shape("pair", tuple(_read(item, known, depth + 1) or ANY for item in arguments))
    if name == "Counter":
        return Shape("dict", (_read(arguments[0], known, depth + 1) or ANY, INT))
    if name == "Callable" and arguments and isinstance(arguments[0], ast.List):
        result = _read(arguments[-1], known, depth + 1) or ANY
        return Shape(
            "callable", (*(_read(item, known, depth + 1) or ANY for item in arguments[0].elts), result)
        )
    if name in GENERIC:
        kind, count = GENERIC[name]
        inner = tuple(_read(item, known, depth + 1) or ANY for item in arguments[:count])
        return Shape(kind, inner + (ANY,) * (count - len(inner)))
    return _named(name, known, depth)


def _named(name: str, known: Meanings, depth: int) -> Shape | None:
    meaning = known.definitions.get(name)
    if isinstance(meaning, ast.ClassDef):
        return _class(meaning, name, known, depth)
    if isinstance(meaning, ast.Call):  # Ex) T = TypeVar("T", bound=int); UserId = NewType("UserId", int)
        maker = _last_name(meaning.func)
        if maker == "TypeVar":
            bounds = [item.value for item in meaning.keywords if item.arg == "bound"]
            chosen = meaning.args[1:] or bounds
            return _either(chosen, known, depth) if chosen else Shape("any")
        if maker == "NewType" and len(meaning.args) == 2:
            return _read(meaning.args[1], known, depth + 1)
    elif isinstance(meaning, ast.expr) and not isinstance(meaning, ast.Constant):
        found = _read(meaning, known, depth + 1)
        if found is not None:
            return found
    return _of_class(name, known) or PLAIN.get(name) or _bare(name) or _of_alias(name, known, depth)


def _class(node: ast.ClassDef, written: str, known: Meanings, depth: int) -> Shape | None:
    """An instance, a dict where the class says how one looks, nothing where it only says what is asked of others."""
    bases = {_last_name(base) for base in node.bases}
    if "Protocol" in bases:
        return None
    if "TypedDict" in bases:
        fields = [item for item in node.body if isinstance(item, ast.AnnAssign)]
        names = tuple(item.target.id for item in fields if isinstance(item.target, ast.Name))
        items = tuple(_read(item.annotation, known, depth + 1) or ANY for item in fields)
        return Shape("record", items, names) if len(names) == len(items) else None
    place = known.imports.place if known.imports is not None and known.elsewhere else None
    return Shape("instance", texts=(Imported(node, place).key if place is not None else written,))


def _of_class(written: str, known: Meanings) -> Shape | None:
    """An instance of a class of another module, where one can be made."""
    found = known.imports.find(written) if known.imports is not None else None
    return Shape("instance", texts=(found.key,)) if found is not None else None


def _of_alias(written: str, known: Meanings, depth: int) -> Shape | None:
    """What another module assigns to an imported name."""
    names = known.imports
    alias = names.alias(written) if names is not None and depth <= DEEPEST else None
    if names is None or alias is None:
        return None
    value, place = alias
    there = Meanings(
        {**_definitions(place.tree), written: value}, Names(names.library, place), elsewhere=True
    )
    return _named(written, there, depth + 1)


def _bare(name: str) -> Shape | None:
    """Ex) `list` without type arguments is a list of anything."""
    if name in ("tuple", "Tuple"):
        return Shape("tuple", (ANY,))
    if name == "Counter":
        return Shape("dict", (ANY, INT))
    if name in GENERIC:
        kind, count = GENERIC[name]
        return Shape(kind, (ANY,) * count)
    return None


def _either(nodes: list[ast.expr], known: Meanings, depth: int) -> Shape | None:
    found = [shape for node in nodes if (shape := _read(node, known, depth + 1)) is not None]
    return union(found) if found else None


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
