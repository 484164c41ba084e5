"""Classes that a module imports: read from the files that its imports name, never imported here."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from velox_engine.verify.inputs.target import FunctionNode, Target, classes_of, decorator_name
from velox_engine.verify.sandbox import Program

LARGEST_FILE = 250_000  # bytes: what is longer takes too long to read for a class in it
# Their constructors take nearly anything, and what they make of it is mostly empty.
NOT_MADE = frozenset({"numpy", "pandas", "polars", "scipy", "torch", "tensorflow", "jax"})
HOPS = 4  # modules that pass a name on, as a package does with what its own modules define


@dataclass(frozen=True, slots=True)
class Place:
    """A module that was read: its dotted name, the package that relative imports start from, its text."""

    name: str
    package: str
    tree: ast.Module


@dataclass(frozen=True, slots=True)
class Imported:
    """A class, and the module that defines it."""

    node: ast.ClassDef
    home: Place

    @property
    def key(self) -> str:
        """What `Library.at` finds it by. Ex) rich.text:Text"""
        return f"{self.home.name}:{self.node.name}"

    @property
    def text(self) -> str:
        """The class as an expression that is independent of the program's own names."""
        name = self.node.name
        return f"__import__({self.home.name!r}, fromlist=[{name!r}]).{name}"


@dataclass
class Library:
    """The modules below some folders, in the order of an import path."""

    folders: Sequence[str]
    _places: dict[str, Place | None] = field(default_factory=dict)

    def place(self, name: str) -> Place | None:
        """The module of that dotted name; None where no readable Python file holds it."""
        if name not in self._places:
            self._places[name] = self._read(name)
        return self._places[name]

    def _read(self, name: str) -> Place | None:
        parts = name.split(".")
        if parts[0] in NOT_MADE or not all(part.isidentifier() for part in parts):
            return None
        for folder in self.folders:
            base = Path(folder, *parts)
            for path, package in (
                (base / "__init__.py", name),
                (base.with_suffix(".py"), ".".join(parts[:-1])),
            ):
                try:
                    status = path.stat()
                except OSError:
                    continue
                tree = _parsed(str(path), status.st_mtime_ns) if status.st_size <= LARGEST_FILE else None
                return Place(name, package, tree) if tree is not None else None
        return None

    def at(self, key: str) -> Imported | None:
        """The class of a key."""
        module, _, name = key.partition(":")
        return self.defined(module, name, 0)

    def alias(self, module: str, name: str, hops: int = HOPS) -> tuple[ast.expr, Place] | None:
        """What is assigned to `name` in a module, and where. Ex) TextType = Union[str, "Text"]"""
        place = self.place(module)
        if place is None:
            return None
        for item in _statements(place.tree.body):
            match item:
                case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                    return value, place
                case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value) if found == name:
                    return value, place
        sources = _imports(place, name) if hops else ()
        passed = (self.alias(source, original, hops - 1) for source, original, _ in sources if original)
        return next((item for item in passed if item is not None), None)

    def defined(self, module: str, name: str, hops: int = HOPS) -> Imported | None:
        """The class called `name` in a module, wherever the module has it from."""
        place = self.place(module)
        if place is None:
            return None
        node = classes_of(place.tree).get(name)
        if node is not None:
            return Imported(node, place)
        if not hops:
            return None
        for source, original, _ in _imports(place, name):
            found = self.defined(source, original, hops - 1)
            if found is not None:
                return found
        return None


@dataclass
class Names:
    """What class names mean in one module."""

    library: Library
    place: Place
    _known: dict[str, Imported | None] = field(default_factory=dict)

    def find(self, written: str) -> Imported | None:
        """The imported class that a dotted name in the module stands for, where an instance of it can be made."""
        if written not in self._known:
            found = self._resolve(written)
            self._known[written] = self._usable(found) if found is not None else None
        return self._known[written]

    def alias(self, written: str) -> tuple[ast.expr, Place] | None:
        """What an imported name stands for that is no class, and the module that says so."""
        for module, original, _ in _imports(self.place, written):
            if original and (found := self.library.alias(module, original)) is not None:
                return found
        return None

    def lineage(self, node: ast.ClassDef, home: Place) -> list[tuple[ast.ClassDef, Place]]:
        """The class and its ancestors, as far as they can be read, nearest first."""
        found = [(node, home)]
        names = self if home is self.place else Names(self.library, home)
        for base in node.bases:
            written = ast.unparse(base.value if isinstance(base, ast.Subscript) else base)
            parent = names._resolve(written)
            if parent is not None and len(found) < 12 and all(parent.node is not item for item, _ in found):
                found += [
                    pair
                    for pair in self.lineage(parent.node, parent.home)
                    if all(pair[0] is not item for item, _ in found)
                ]
        return found

    def _resolve(self, written: str) -> Imported | None:
        own = classes_of(self.place.tree).get(written)
        if own is not None:
            return Imported(own, self.place)
        first, _, rest = written.partition(".")
        for module, original, _ in _imports(self.place, first):
            dotted = f"{module}.{original}" if original else module
            if not rest:
                return self.library.defined(module, original) if original else None
            inner, _, name = rest.rpartition(".")
            found = self.library.defined(f"{dotted}.{inner}" if inner else dotted, name)
            if found is not None:
                return found
        return None

    def _usable(self, found: Imported) -> Imported | None:
        """The class, or where it is abstract the first class beside it that is not; None where there is no such."""
        bases = {decorator_name(base) for base in found.node.bases}
        if bases & {"Protocol", "TypedDict"}:
            return None
        if not self._abstract(found):
            return found
        for other in classes_of(found.home.tree).values():
            heir = Imported(other, found.home)
            inherits = any(item is found.node for item, _ in self.lineage(other, found.home))
            if other is not found.node and inherits and not self._abstract(heir):
                return heir
        return None

    def _abstract(self, found: Imported) -> bool:
        """Whether a method of it is abstract, or does nothing but say that an heir has to have it."""
        settled: set[str] = set()
        for owner, _ in self.lineage(found.node, found.home):
            for item in owner.body:
                if isinstance(item, FunctionNode) and item.name not in settled:
                    settled.add(item.name)
                    marks = {decorator_name(mark) for mark in item.decorator_list}
                    if marks & {"abstractmethod", "abstractproperty"} or _only_refuses(item):
                        return True
        return False


def _only_refuses(node: FunctionNode) -> bool:
    """Whether a method does nothing but raise NotImplementedError."""
    raised = node.body[-1]
    before = [item for item in node.body[:-1] if not isinstance(item, ast.Expr)]
    return (
        isinstance(raised, ast.Raise)
        and raised.exc is not None
        and not before
        and decorator_name(raised.exc) == "NotImplementedError"
    )


def known_names(target: Target, program: Program, folders: Sequence[str]) -> Target:
    """The target, with the classes that its module imports from below `folders`."""
    place = Place(program.module, program.package, target.module)
    return replace(target, imports=Names(Library(folders), place))


def _imports(place: Place, name: str = "") -> Iterator[tuple[str, str, str]]:
    """(module, name in it or "", name here) of what a module imports at its top level, in any branch."""
    for item in _statements(place.tree.body):
        if isinstance(item, ast.ImportFrom):
            module = _absolute(item, place.package)
            for alias in item.names:
                here = alias.asname or alias.name
                if here == name or (not name and here != "*"):
                    yield module, alias.name, here
                elif here == "*" and name:
                    yield module, name, name
        elif isinstance(item, ast.Import):
            for alias in item.names:
                here = alias.asname or alias.name.partition(".")[0]
                if here == name or not name:
                    yield alias.name if alias.asname else here, "", here


def _absolute(item: ast.ImportFrom, package: str) -> str:
    if not item.level:
        return item.module or ""
    base = package.split(".")[: len(package.split(".")) - item.level + 1]
    return ".".join([*base, *([item.module] if item.module else [])])


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of a module, also those under `if` and `try`. Ex) if TYPE_CHECKING: from shop import Cart"""
    for item in body:
        yield item
        if isinstance(item, ast.If):
            yield from _statements([*item.body, *item.orelse])
        elif isinstance(item, ast.Try):
            yield from _statements(
                [*item.body, *(s for part in item.handlers for s in part.body), *item.orelse]
            )


@lru_cache(maxsize=128)
def _parsed(path: str, modified: int) -> ast.Module | None:
    """The text of a file, parsed once as long as it stays as it is."""
    try:
        return ast.parse(Path(path).read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
