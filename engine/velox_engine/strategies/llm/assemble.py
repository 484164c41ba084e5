"""Puts a model's code in place of a function: same signature, same docstring, its helpers and imports beside it.

A rewrite may change further functions of the file as long as everything that depends on them can be verified with it.
"""

from __future__ import annotations

import ast
import textwrap
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from velox_engine.source.edits import apply_edits, minimal_edits
from velox_engine.strategies.base import FunctionContext, FunctionNode
from velox_engine.strategies.imports import import_member, import_module
from velox_engine.strategies.llm import forms, guard
from velox_engine.strategies.llm.answers import Proposal
from velox_engine.strategies.llm.connected import dependents, uses
from velox_engine.strategies.llm.refusals import Refused
from velox_engine.types import Candidate, TextEdit

_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Parts:
    """A model's code, taken apart."""

    target: FunctionNode
    helpers: list[FunctionNode]
    changed: list[FunctionNode]  # functions that the file has already
    imports: list[ast.Import | ast.ImportFrom]


def assemble(context: FunctionContext, proposal: Proposal, *, action: str, model: str) -> Candidate:
    """Make a candidate of what a model wrote; raises Refused with the reason when it must not run."""
    code = textwrap.dedent(proposal.code).strip("\n") + "\n"
    around = context.layout.text(context.node)
    guard.require_size(code, around)
    tree = parse(code)
    parts = _take_apart(context, tree)
    originals: list[ast.AST] = [context.node, *(context.facts.functions[one.name] for one in parts.changed)]
    guard.require_harmless(tree, ast.Module(body=originals, type_ignores=[]), context.module)  # type: ignore[arg-type]
    guard.require_no_traces(tree, ast.Module(body=originals, type_ignores=[]))  # type: ignore[arg-type]
    for helper in parts.helpers:
        guard.require_stateless(helper)
    also = tuple(_dependents_of(context, parts))
    new_source = place(context, code, parts)
    if new_source == context.source.text:
        raise Refused("it changes nothing", stale=True)
    return Candidate(
        function=context.qualname,
        strategy=f"model:{action}",
        action=action,
        new_source=new_source,
        edits=minimal_edits(context.source.data, new_source.encode("utf-8", "surrogatepass")),
        note=f"{proposal.note.rstrip('.') or 'rewritten'} (by {model})",
        also=also,
        by_model=True,
    )


def parse(code: str) -> ast.Module:
    """Parse what a model wrote; raises Refused when it is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except SyntaxError as error:
        raise Refused(f"it does not parse: {error.msg} (line {error.lineno})", unreadable=True) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Refused(f"it does not parse: {error}", unreadable=True) from error


def _take_apart(context: FunctionContext, tree: ast.Module) -> Parts:
    name = context.node.name
    statements = list(tree.body)
    for statement in tree.body:
        # A method may come in its class again.
        if isinstance(statement, ast.ClassDef) and context.qualname.startswith(f"{statement.name}."):
            statements += statement.body
            statements.remove(statement)
    functions = [one for one in statements if isinstance(one, _FUNCTION)]
    targets = [one for one in functions if one.name == name]
    if not targets:
        others = ", ".join(one.name for one in functions[:3])
        raise Refused(
            f"it defines {others} instead of {name}" if others else f"it defines no function {name}"
        )
    target = targets[-1]
    if any(isinstance(one, ast.ClassDef) for one in ast.walk(tree) if one not in tree.body):
        raise Refused("it defines a class")
    if forms.signature(target) != forms.signature(context.node):
        raise Refused(f"it changes the parameters of {name}")
    kept = [ast.dump(one) for one in context.node.decorator_list]
    if any(ast.dump(one) not in kept for one in target.decorator_list):
        raise Refused("it adds a decorator, which could keep something between calls")
    connected = needed([target], [one for one in functions if one is not target])
    known = context.facts.functions
    changed = [one for one in connected if one.name in known and _differs(one, known[one.name])]
    # Who calls a function whose parameters change is changed with it.
    moved = [one.name for one in changed if forms.signature(one) != forms.signature(known[one.name])]
    changed += [
        one
        for one in functions
        if one.name in known
        and one.name not in (name, *(other.name for other in changed))
        and any(uses(one, other) for other in moved)
        and _differs(one, known[one.name])
    ]
    helpers = [one for one in connected if one.name not in known]
    for helper in helpers:
        if helper.name in context.taken_names:
            raise Refused(f"its helper {helper.name} has a name that the file uses for something else")
    require_nothing_left(tree, [target, *helpers, *changed])
    imports = [one for one in statements if isinstance(one, ast.Import | ast.ImportFrom)]
    return Parts(target, helpers, changed, imports)


def needed(targets: list[FunctionNode], others: list[FunctionNode]) -> list[FunctionNode]:
    """The other functions that the targets use, directly or through each other."""
    found: list[FunctionNode] = []
    waiting = list(targets)
    while waiting:
        used = {node.id for node in ast.walk(waiting.pop()) if isinstance(node, ast.Name)}
        fresh = [one for one in others if one.name in used and one not in found]
        found += fresh
        waiting += fresh
    return [one for one in others if one in found]


def _differs(new: FunctionNode, old: FunctionNode) -> bool:
    return forms.signature(new) != forms.signature(old) or forms.without_text(new) != forms.without_text(old)


def require_nothing_left(tree: ast.Module, functions: list[FunctionNode]) -> None:
    """Raise Refused when the functions need a module-level value of the answer, which is not taken over."""
    assigned = {
        target.id
        for statement in tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for target in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
        if isinstance(target, ast.Name)
    }
    used = {node.id for one in functions for node in ast.walk(one) if isinstance(node, ast.Name)}
    missing = sorted(assigned & used)
    if missing:
        raise Refused(f"it needs the module-level value {missing[0]}, which would outlive the call")


def _dependents_of(context: FunctionContext, parts: Parts) -> Iterator[str]:
    """Functions beside the rewritten one whose behaviour has to be verified too."""
    found: dict[str, None] = {}
    for new in parts.changed:
        old = context.facts.functions[new.name]
        if new.decorator_list:
            raise Refused(f"it adds a decorator to {new.name}")
        if forms.signature(new) == forms.signature(old):
            found[new.name] = None
        else:
            for name in dependents(context, new.name):
                found[name] = None
    found.pop(context.qualname, None)
    return iter(found)


# -- text ----------------------------------------------------------------------------------------------------------


def place(context: FunctionContext, code: str, parts: Parts) -> str:
    """The file's text with the parts in their places; raises Refused when they do not fit in."""
    known = context.facts.functions
    edits = [
        _changed(context, old, code, new)
        for old, new in [(context.node, parts.target), *((known[one.name], one) for one in parts.changed)]
    ]
    edits += list(_helpers(context, code, parts.helpers))
    used = {node.id for one in (parts.target, *parts.helpers, *parts.changed) for node in ast.walk(one)
            if isinstance(node, ast.Name)}  # fmt: skip
    for statement in parts.imports:
        edits += _imports(context, statement, used)
    try:
        new = apply_edits(context.source.data, edits).decode("utf-8", "surrogatepass")
    except ValueError as error:
        raise Refused(f"it cannot be put in place: {error}") from error
    parse(new)
    return new


def _changed(context: FunctionContext, old: FunctionNode, code: str, new: FunctionNode) -> TextEdit:
    """Put a function's new statements in place, or all of it when its parameters change."""
    if forms.signature(new) == forms.signature(old):
        return _new_body(context, old, code, new)
    text = ast.get_source_segment(code, new) or ast.unparse(new)
    return _edit(context, context.layout.start(old), context.layout.end(old), text)


def _new_body(context: FunctionContext, old: FunctionNode, code: str, new: FunctionNode) -> TextEdit:
    """Replace the statements of a function, keeping its header and docstring as they are written."""
    documented = ast.get_docstring(old, clean=False) is not None
    statements = new.body[1:] if ast.get_docstring(new, clean=False) is not None else new.body
    if not statements:
        raise Refused("it has no statements")
    layout = context.layout
    own_line = layout.alone(old.body[0]) and layout.indent(old.body[0]) != layout.indent(old)
    indent = layout.indent(old.body[0]) if own_line else layout.indent(old) + layout.unit
    body = _indented(code, statements, indent)
    end = layout.end(old)
    if documented:
        return _edit(context, layout.end(old.body[0]), end, f"\n{body}")
    start = layout.start(old.body[0])
    if own_line:
        return _edit(context, layout.line_start(start), end, body)
    while context.source.data[start - 1 : start] in (b" ", b"\t"):
        start -= 1
    return _edit(context, start, end, f"\n{body}")


def _indented(code: str, statements: list[ast.stmt], indent: str) -> str:
    """The statements at another indentation, as written where that keeps their meaning."""
    lines = code.splitlines()
    first, last = statements[0].lineno - 1, (statements[-1].end_lineno or 0) - 1
    # Comments above the first statement belong to it.
    while first > 0 and lines[first - 1].strip().startswith("#"):
        first -= 1
    written = textwrap.indent(textwrap.dedent("\n".join(lines[first : last + 1])), indent)
    wanted = [ast.dump(one) for one in statements]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            wrapper = ast.parse(f"if 1:\n{written}" if indent else written).body
        there = wrapper[0].body if indent and isinstance(wrapper[0], ast.If) else wrapper
        if [ast.dump(one) for one in there] == wanted:
            return written
    except SyntaxError:
        pass
    # A string over several lines would change with its indentation: write it anew.
    return textwrap.indent("\n".join(ast.unparse(one) for one in statements), indent)


def _helpers(context: FunctionContext, code: str, helpers: list[FunctionNode]) -> Iterator[TextEdit]:
    if not helpers:
        return
    outermost: ast.AST = context.enclosing[0] if context.enclosing else context.node
    at = context.layout.line_start(context.layout.start(outermost))
    texts = [ast.get_source_segment(code, one) or ast.unparse(one) for one in helpers]
    yield _edit(context, at, at, "".join(f"{textwrap.dedent(text)}\n\n\n" for text in texts))


def _imports(
    context: FunctionContext, statement: ast.Import | ast.ImportFrom, used: set[str]
) -> list[TextEdit]:
    edits: list[TextEdit] = []
    for alias in statement.names:
        name = alias.asname or alias.name.partition(".")[0]
        if name not in used:
            continue
        if isinstance(statement, ast.Import):
            written, more = import_module(context, alias.name)
        else:
            written, more = import_member(
                context, "." * statement.level + (statement.module or ""), alias.name
            )
        if written != (alias.asname or alias.name):
            raise Refused(f"it needs {alias.name} under the name {name}, which the file uses otherwise")
        edits += [edit for edit in more if edit not in edits]
    return edits


def _edit(context: FunctionContext, start: int, end: int, text: str) -> TextEdit:
    return TextEdit(start, end, text.replace("\n", context.source.newline))
