"""Finds the functions of a file and the names people call them by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from velox_engine.source.syntax import Node, ParsedFile, captures, compile_query
from velox_engine.types import VeloxError

DEFINITIONS = "(function_definition) @function (class_definition) @class (decorated_definition) @decorated"


@dataclass(frozen=True, slots=True)
class FunctionSpan:
    """Where one function stands; offsets are bytes, `line` is the 0-based line of its `def`."""

    qualname: str  # "f", "Class.method", "outer.inner"
    name: str
    start: int  # with decorators
    end: int
    def_start: int  # of `def` or `async def`
    line: int
    name_start: int
    name_end: int
    is_async: bool
    is_method: bool  # directly in a class
    nested: bool  # inside a function


def list_functions(parsed: ParsedFile) -> list[FunctionSpan]:
    """All functions of a file in document order."""
    found = captures(compile_query(DEFINITIONS), parsed.root)
    return spans_of(parsed, *(found.get(name, ()) for name in ("function", "class", "decorated")))


def find_function(parsed: ParsedFile, qualname: str) -> FunctionSpan:
    """The function of that qualified name; of several, the last, which is what the name means at run time."""
    spans = list_functions(parsed)
    for span in reversed(spans):
        if span.qualname == qualname:
            return span
    import difflib  # only wanted when something is wrong

    names = list(dict.fromkeys(span.qualname for span in spans))
    bare = qualname.rpartition(".")[2]
    close = [name for name in names if name.rpartition(".")[2] == bare]
    close += [name for name in difflib.get_close_matches(qualname, names, n=3) if name not in close]
    if close:
        hint = f"did you mean {', '.join(close[:3])}?"
    elif names:
        more = "" if len(names) <= 8 else f" and {len(names) - 8} more"
        hint = f"it has {', '.join(names[:8])}{more}"
    else:
        hint = "the file defines no function"
    where = parsed.source.path or "the source"
    raise VeloxError("no-such-function", f"{where} has no function {qualname!r}", hint)


def function_node(parsed: ParsedFile, span: FunctionSpan) -> Node:
    """The syntax node of a function, without its decorators."""
    node = parsed.root.descendant_for_byte_range(span.def_start, span.end)
    while node is not None and node.type != "function_definition":
        # The smallest node of that range can be an only child; the definition is above it.
        node = node.parent
    if node is None:
        raise ValueError(f"{span.qualname} is not of this file")
    return node


def spans_of(
    parsed: ParsedFile, functions: Iterable[Node], classes: Iterable[Node], decorated: Iterable[Node]
) -> list[FunctionSpan]:
    """Name function nodes by what encloses them."""
    # Asking each function for its parent would search the file from its root every time.
    outer_starts: dict[int, int] = {}
    for node in decorated:
        inner = node.child_by_field_name("definition")
        if inner is not None:
            outer_starts[inner.start_byte] = node.start_byte
    definitions = [(node.start_byte, True, node) for node in functions]
    definitions += [(node.start_byte, False, node) for node in classes]
    definitions.sort(key=lambda item: item[0])
    data, lines = parsed.data, parsed.source.lines
    spans: list[FunctionSpan] = []
    # (end, name, is a function) of the definitions around the current one.
    around: list[tuple[int, str, bool]] = []
    for start, is_function, node in definitions:
        while around and around[-1][0] <= start:
            around.pop()
        identifier = node.child_by_field_name("name")
        if identifier is None:
            continue
        first, last = identifier.start_byte, identifier.end_byte
        name = data[first:last].decode("utf-8", "replace")
        qualname = ".".join([*(entry[1] for entry in around), name])
        if is_function:
            spans.append(
                FunctionSpan(
                    qualname=qualname,
                    name=name,
                    start=outer_starts.get(start, start),
                    end=node.end_byte,
                    def_start=start,
                    line=lines.position(start).line,
                    name_start=first,
                    name_end=last,
                    is_async=data.startswith(b"async", start),
                    is_method=bool(around) and not around[-1][2],
                    nested=any(entry[2] for entry in around),
                )
            )
        around.append((node.end_byte, name, is_function))
    return spans
