"""The number of dimensions that a function's code shows for the arrays it takes."""

from __future__ import annotations

import ast

import pytest

from velox_engine.verify.inputs.dimensions import dimensions
from velox_engine.verify.sandbox.child import warning_of


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("n, m = a.shape", {"a": 2}),
        ("first, *rest = a.shape", {}),
        ("return a[i, j] + b[0][1]", {"a": 2, "b": 2}),
        ("return a.shape[1]", {"a": 2}),
        ("assert a.ndim == 3", {"a": 3}),
        ("return a[i][j][k]", {"a": 3}),
        ("return a[i]", {}),
        ("return a[i] > 0", {"a": 1}),
        ("return a[:, None]", {}),
        ("if a[0] == 1:\n  return a[i, 2]", {"a": 2}),
        ("return len(a), a.shape[0]", {}),
    ],
)
def test_dimensions_are_what_the_code_shows(body: str, shown: dict[str, int]) -> None:
    """One index alone may give a row, so it shows nothing unless its value is compared with a number."""
    code = "def f(a, b):\n  " + body.replace("\n", "\n  ")
    assert dimensions(ast.parse(code).body[0]) == shown


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("overflow encountered in scalar add", "overflow"),
        ("invalid value encountered in divide", "invalid value"),
        ("something encountered in there", "something encountered in there"),
        ("mean of empty slice", "mean of empty slice"),
    ],
)
def test_floating_point_trouble_is_compared_by_its_kind(text: str, compared: str) -> None:
    """Whether NumPy met it in one element or in an array of them is not seen in a result."""
    assert warning_of("RuntimeWarning", text) == ("RuntimeWarning", compared)
