"""Finds where new source newly reaches for the interpreter itself: what could tell a test from real use, or fake one.

Inside its own process a program can change anything, so a wrong function that carries a copy of the right one, and
swaps results on the way out, looks right from outside. No observation can tell; its text can. A rewrite needs none of
this, so it is refused outright where the original does not do it already.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

# Importing these newly is refused: they show or change frames, memory, other modules, signals or processes, or tell
# one moment, machine or throw of the dice from another, which a rewrite could hide behind.
_MODULES = frozenset(
    [
        "__main__",
        "_ctypes",
        "platform",
        "random",
        "secrets",
        "time",
        "uuid",
        "getpass",
        "_posixsubprocess",
        "_signal",
        "_socket",
        "_testcapi",
        "_thread",
        "_xxsubinterpreters",
        "ast",
        "atexit",
        "bdb",
        "builtins",
        "cffi",
        "code",
        "codeop",
        "concurrent.interpreters",
        "ctypes",
        "dis",
        "dill",
        "cloudpickle",
        "faulthandler",
        "fcntl",
        "gc",
        "imp",
        "importlib",
        "inspect",
        "marshal",
        "mmap",
        "multiprocessing",
        "os",
        "pdb",
        "pickle",
        "pickletools",
        "pkgutil",
        "posix",
        "pty",
        "resource",
        "runpy",
        "select",
        "selectors",
        "shelve",
        "signal",
        "site",
        "socket",
        "subprocess",
        "sys",
        "sysconfig",
        "trace",
        "traceback",
        "tracemalloc",
        "types",
        "zipimport",
    ]
)
# Parts of those modules that show nothing and change nothing.
_HARMLESS = frozenset(
    [
        "os.path",
        "os.fspath",
        "os.sep",
        "os.linesep",
        "os.extsep",
        "os.altsep",
        "os.pathsep",
        "os.curdir",
        "os.pardir",
        "os.PathLike",
        "os.scandir",
        "os.walk",
        "os.listdir",
        "sys.maxsize",
        "sys.intern",
        "sys.getsizeof",
        "sys.byteorder",
        "sys.float_info",
        "sys.version_info",
        "sys.exc_info",
        "sys.stdout",
        "sys.stderr",
        "sys.stdin",
        "types.GeneratorType",
        "types.MappingProxyType",
        "types.SimpleNamespace",
    ]
)
_CALLS = frozenset(
    ["__import__", "breakpoint", "compile", "delattr", "eval", "exec", "globals", "locals", "setattr", "vars"]
)
# getattr and its kin say nothing with a constant name, which is looked at as an attribute instead.
_COMPUTED = frozenset(["getattr", "hasattr", "attrgetter", "methodcaller"])
_ATTRIBUTES = frozenset(
    [
        "__base__",
        "__bases__",
        "__builtins__",
        "__closure__",
        "__code__",
        "__defaults__",
        "__kwdefaults__",
        "__dict__",
        "__func__",
        "__getattribute__",
        "__globals__",
        "__import__",
        "__loader__",
        "__mro__",
        "__reduce__",
        "__reduce_ex__",
        "__self__",
        "__spec__",
        "__subclasses__",
        "__traceback__",
        "__wrapped__",
        "ag_frame",
        "cell_contents",
        "cr_frame",
        "f_back",
        "f_builtins",
        "f_code",
        "f_globals",
        "f_lasti",
        "f_locals",
        "f_trace",
        "gi_code",
        "gi_frame",
        "mro",
        "settrace",
        "setprofile",
        "tb_frame",
        "tb_next",
        "with_traceback",
    ]
)
_NAMES = frozenset(("__builtins__", "__loader__", "__spec__"))


def new_reaches(old_source: str, new_source: str) -> tuple[str, ...]:
    """What of the interpreter `new_source` touches and `old_source` does not, in words; empty for both unparsable."""
    new = reaches(new_source)
    return tuple(sorted(new - reaches(old_source))) if new else ()


def reaches(source: str) -> frozenset[str]:
    """Each way in which the source touches the interpreter itself, in words."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()  # then it does not load either
    return frozenset(_Reader(tree).found())


class _Reader:
    """One module, and which of its names stand for modules."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.modules: dict[str, str] = {}  # local name -> dotted module
        self.bound: set[str] = set()  # classes, and what other modules gave
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    self.modules[name] = alias.name if alias.asname else name
            elif isinstance(node, ast.ImportFrom):
                self.bound.update(alias.asname or alias.name for alias in node.names)
            elif isinstance(node, ast.ClassDef):
                self.bound.add(node.name)

    def found(self) -> Iterator[str]:
        used_as_modules: set[int] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute):
                dotted = self._dotted(node)
                if dotted and dotted.partition(".")[0] in _MODULES:
                    used_as_modules.update(id(part) for part in ast.walk(node) if isinstance(part, ast.Name))
                    if not _harmless(dotted):
                        yield f"uses {dotted}"
            yield from self._one(node)
        for node in ast.walk(self.tree):
            # The module itself, handed on or kept under another name, could be anything of it.
            if isinstance(node, ast.Name) and id(node) not in used_as_modules:
                module = self.modules.get(node.id, "")
                if module.partition(".")[0] in _MODULES and isinstance(node.ctx, ast.Load):
                    yield f"hands on the module {module}"

    def _one(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                dotted = f"{node.module}.{alias.name}"
                if node.module.partition(".")[0] in _MODULES and not _harmless(dotted):
                    yield f"uses {dotted}"
                if alias.name == "*" and node.module.partition(".")[0] in _MODULES:
                    yield f"uses all of {node.module}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if isinstance(node.func, ast.Name) and name in _CALLS:
                yield f"calls {name}()"
            elif name in _COMPUTED:
                place = 0 if name in ("attrgetter", "methodcaller") else 1
                given = node.args[place] if len(node.args) > place else None
                if not (isinstance(given, ast.Constant) and isinstance(given.value, str)):
                    yield f"calls {name}() with a computed name"
        elif isinstance(node, ast.Attribute):
            if node.attr in _ATTRIBUTES or self._moment(node):
                yield f"touches .{node.attr}"
            if self._dotted(node).startswith("numpy.random"):
                yield "uses numpy.random"
            if isinstance(node.ctx, ast.Store | ast.Del):
                yield from self._patched(node)
        elif isinstance(node, ast.Name):
            if node.id in _NAMES:
                yield f"touches {node.id}"
            elif node.id in _CALLS and isinstance(node.ctx, ast.Load):
                yield f"calls {node.id}()"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for part in node.value.replace("{0", "").strip("{}").split("."):
                if part in _ATTRIBUTES and part != "mro":
                    yield f"names {part} in a text"

    def _moment(self, node: ast.Attribute) -> bool:
        """`datetime.now()` and its like, through the class as well as through the module."""
        return node.attr in ("now", "today", "utcnow") and isinstance(node.value, ast.Name | ast.Attribute)

    def _patched(self, node: ast.Attribute) -> Iterator[str]:
        """Putting something into a module or a class, where others see it after the call."""
        base = node.value
        if not isinstance(base, ast.Name):
            dotted = self._dotted(node)
            if dotted:
                yield f"changes {dotted}"
        elif base.id in self.modules:
            yield f"changes {self.modules[base.id]}.{node.attr}"
        elif base.id in self.bound and base.id not in ("self", "cls"):
            yield f"changes {base.id}.{node.attr}"

    def _dotted(self, node: ast.expr) -> str:
        """`a.b.c` with `a` resolved to the module it stands for; "" where it stands for none."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self.modules:
            return ""
        return ".".join([self.modules[node.id], *reversed(parts)])


def _harmless(dotted: str) -> bool:
    return any(dotted == name or dotted.startswith(name + ".") for name in _HARMLESS)
