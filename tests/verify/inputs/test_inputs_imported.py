"""Parameters that are instances of imported classes: found by their hints, made from what their own modules say."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.verify.inputs import case_text, synthesise
from velox_engine.verify.sandbox import Environment, Program, Sandbox

SHAPES = """
from __future__ import annotations

import enum
from abc import ABC, abstractmethod
from collections import namedtuple
from dataclasses import dataclass, field
from typing import TypedDict, Union

Size = namedtuple("Size", "width height")


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Corner(TypedDict):
    name: str
    degrees: int


@dataclass
class Named:
    name: str


@dataclass
class Box(Named):
    sizes: list[Size] = field(default_factory=list)
    colour: Colour = Colour.RED

    def area(self) -> int:
        return sum(size.width * size.height for size in self.sizes)


class Form(ABC):
    @abstractmethod
    def corners(self) -> int: ...


class Square(Form):
    def __init__(self, side: int) -> None:
        self.side = side

    def corners(self) -> int:
        return 4 if self.side > 0 else 0


Thing = Union[str, Box]
"""
USER = """
from __future__ import annotations

from typing import TYPE_CHECKING

from .shapes import Box, Colour, Form

if TYPE_CHECKING:
    from .shapes import Corner, Thing


def heaviest(boxes: list[Box], colour: Colour) -> int:
    best = 0
    for box in boxes:
        if box.colour is colour and box.area() > best:
            best = box.area()
    return best


def corners(form: Form, more: int) -> int:
    return form.corners() + more


def degrees(named: list[Corner]) -> int:
    return sum(corner["degrees"] for corner in named if corner["name"])


def called(thing: Thing) -> str:
    return thing if isinstance(thing, str) else thing.name
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of two modules, one of which uses the other's classes."""
    made = tmp_path_factory.mktemp("project")
    package = made / "store"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "shapes.py").write_text(SHAPES)
    (package / "user.py").write_text(USER)
    return made


@pytest.fixture(scope="module")
def sandbox(folder: Path) -> Iterator[Sandbox]:
    with Sandbox(Environment(sys.executable, str(folder), (str(folder),))) as opened:
        yield opened


def inputs_of(sandbox: Sandbox, folder: Path, name: str) -> list[str]:
    """Core inputs of a function of the package, as text."""
    path = folder / "store" / "user.py"
    program = Program(USER, str(path), "store.user", "store", name)
    source = SourceFile.from_text(USER, path)
    found = synthesise(source, name, sandbox, program, seconds=0.3, count=40, folders=(str(folder),))
    assert len(found.core) >= 20, found.notes
    assert found.coverage == 1.0
    return [case_text(case) for case in found.core]


def test_data_classes_members_and_what_they_hold_are_made(sandbox: Sandbox, folder: Path) -> None:
    """A dataclass with an inherited field, a named tuple inside, and the members of an enumeration."""
    texts = inputs_of(sandbox, folder, "heaviest")
    assert any("fromlist=['Box']" in text and "fromlist=['Size']" in text for text in texts)
    assert any("Colour.BLUE" in text for text in texts)


def test_an_heir_stands_in_for_an_abstract_class(sandbox: Sandbox, folder: Path) -> None:
    """No instance of the abstract one can be made, and one of its heir is one."""
    assert all("fromlist=['Square']" in text for text in inputs_of(sandbox, folder, "corners"))


def test_a_typed_dict_is_a_dict_of_its_keys(sandbox: Sandbox, folder: Path) -> None:
    """Though it is imported for type checking only."""
    assert any("'degrees': " in text and "'name': " in text for text in inputs_of(sandbox, folder, "degrees"))


def test_an_imported_alias_is_what_its_module_assigns(sandbox: Sandbox, folder: Path) -> None:
    """Thing is a text or a box, which the function's own module does not say."""
    texts = inputs_of(sandbox, folder, "called")
    assert any("fromlist=['Box']" in text for text in texts)
    assert any("fromlist" not in text for text in texts)
