"""Data frames are drawn with the columns that the function reads, of values that fit what it does with them."""

from __future__ import annotations

import ast
from random import Random

import pytest

from velox_engine.verify.inputs.contents import grow
from velox_engine.verify.inputs.draw import Drawer
from velox_engine.verify.inputs.edges import edge_values
from velox_engine.verify.inputs.frames import with_columns
from velox_engine.verify.inputs.hints import shape_of_hint
from velox_engine.verify.inputs.shapes import Shape
from velox_engine.verify.inputs.vocabulary import Vocabulary, build_vocabulary


def columns(body: str, hint: str = "pd.DataFrame") -> dict[str, str]:
    """The columns of the frame that a function with this body takes, each with its kind."""
    module = ast.parse(f"import pandas as pd\ndef f(df: {hint}, n):\n    {body}\n")
    function = module.body[1]
    assert isinstance(function, ast.FunctionDef)
    read = shape_of_hint(function.args.args[0].annotation, module)
    assert read is not None
    shape = with_columns(read, function)
    return {name: str(item) for name, item in zip(shape.texts, shape.items, strict=True)}


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ('return df["price"] * df["count"]', {"price": "union[int, float]", "count": "union[int, float]"}),
        ('return df[df["name"] == "a"]', {"name": "str"}),
        ('return df["name"].str.lower()', {"name": "str"}),
        ('df["total"] = df["a"] + 1', {"a": "union[int, float]"}),
        ('return df[["north", "south"]].sum()', dict.fromkeys(("north", "south"), "union[int, float]")),
        ("return [row.cost for row in df.itertuples()]", {"cost": "union[int, float]"}),
        ('return df.apply(lambda row: row.w / row["h"], axis=1)', dict.fromkeys("wh", "union[int, float]")),
        ("return len(df)", dict.fromkeys("ab", "union[int, float]")),
    ],
)
def test_columns_are_those_that_the_function_reads(body: str, wanted: dict[str, str]) -> None:
    """Names from subscripts and rows; text where it is used as text; columns that are only written are not there."""
    assert columns(body) == wanted


def test_the_hint_says_what_is_no_frame() -> None:
    """Other hints keep their shapes, and a frame may be optional."""
    module = ast.parse("def f(a: list[int], b: 'pd.DataFrame | None'):\n    return b['x']")
    function = module.body[0]
    assert isinstance(function, ast.FunctionDef)
    plain, optional = (shape_of_hint(arg.annotation, module) for arg in function.args.args)
    assert plain is not None and with_columns(plain, function) == plain
    assert optional is not None
    assert [option.kind for option in with_columns(optional, function).items] == ["frame", "none"]


FRAME = Shape("frame", (Shape("int"), Shape("str")), ("n", "name"))


def vocabulary() -> Vocabulary:
    """What nothing is known of."""
    return build_vocabulary("df", [], [], [], [], "", bounds_loop=False)


def test_frames_grow_and_can_be_empty_with_their_types() -> None:
    """As many rows as asked for, and an empty frame whose columns are no objects."""
    pandas = pytest.importorskip("pandas")
    grown = grow(FRAME, vocabulary(), 50, "mixed", Random(1), lambda name, rng: None)
    assert eval(grown.text).shape == (50, 2)
    (bare,) = edge_values(FRAME, vocabulary())
    assert eval(bare.text).shape == (0, 2)
    assert str(eval(bare.text)["n"].dtype) == "int64"
    series = Drawer(Random(2), vocabulary()).value(Shape("series", (Shape("int"),)), 3)
    assert isinstance(eval(series.text), pandas.Series)


def test_only_wide_frames_are_strange() -> None:
    """What decides the types of rows but is not read, and dates where numbers are likely, make caveats, if anything."""
    tame, wild = (Drawer(Random(3), vocabulary(), wild=wild) for wild in (False, True))
    usual, other = ([drawer.value(FRAME, 2).text for _ in range(40)] for drawer in (tame, wild))
    for word in ("'note'", "datetime64"):
        assert not any(word in text for text in usual)
        assert any(word in text for text in other)
    pandas = pytest.importorskip("pandas")
    dated = [eval(text) for text in other if "datetime64" in text and ": []" not in text]
    assert all(isinstance(frame["n"].iloc[0], pandas.Timestamp) for frame in dated)
    assert all(frame["name"].dtype == object for frame in dated)
