"""The normal form of a candidate: two that differ only in names of locals, comments or layout are the same rewrite."""

from __future__ import annotations

import ast
import warnings

from velox_engine.strategies.bindings import scope_of


def normal_form(source_text: str, qualname: str) -> str:
    """Dump a module without docstrings, annotations and positions, with the function's locals renamed in order."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source_text)
    name = qualname.rpartition(".")[2]
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name == name:
                _rename_locals(node)
            _strip(node)
    return ast.dump(tree)


def without_text(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Dump one function's statements without its docstring."""
    return "\n".join(ast.dump(statement) for statement in _body(function))


def signature(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Dump what callers depend on: kind, parameters and defaults, without annotations."""
    arguments = function.args
    groups = [
        [argument.arg for argument in group]
        for group in (arguments.posonlyargs, arguments.args, arguments.kwonlyargs)
    ]
    stars = [argument.arg if argument else "" for argument in (arguments.vararg, arguments.kwarg)]
    defaults = [
        ast.dump(default) if default else "" for default in [*arguments.defaults, *arguments.kw_defaults]
    ]
    return repr((isinstance(function, ast.AsyncFunctionDef), groups, stars, defaults))


def _body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
    return function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body


def _strip(function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    function.body = _body(function) or [ast.Pass()]
    function.returns = None
    for node in ast.walk(function.args):
        if isinstance(node, ast.arg):
            node.annotation = None


def _rename_locals(function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """Give each local that is no parameter a number in the order of its first appearance."""
    parameters = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
    inner = {
        node.name
        for node in ast.walk(function)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node is not function
    }
    targets = {
        name.id
        for node in ast.walk(function)
        if isinstance(node, ast.comprehension)
        for name in ast.walk(node.target)
        if isinstance(name, ast.Name)
    }
    wanted = (set(scope_of(function).bound) | targets) - parameters - inner
    numbers: dict[str, str] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in wanted:
            node.id = numbers.setdefault(node.id, f"local_{len(numbers)}")
        elif isinstance(node, ast.ExceptHandler) and node.name in wanted:
            node.name = numbers.setdefault(node.name or "", f"local_{len(numbers)}")
