"""What is read without running anything: examples, hints, documented types and use."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from velox_engine.verify.inputs.harvest import harvest
from velox_engine.verify.inputs.hints import shape_of_hint
from velox_engine.verify.inputs.plan import make_plan
from velox_engine.verify.inputs.target import locate
from velox_engine.verify.inputs.usage import observe
from velox_engine.verify.inputs.vocabulary import documented_bounds


def best_shapes(code: str, name: str = "f") -> list[str]:
    """The likeliest shape of each parameter, as text."""
    target = locate(dedent(code), name)
    plan = make_plan(target, observe(target), harvest(target, dedent(code)))
    return [str(options[0].shape) for options in plan.options]


@pytest.mark.parametrize(
    ("prose", "args"),
    [
        ("f(1, 2) => 3", (1, 2)),
        ("f(1, 2) == 3", (1, 2)),
        ("f(1, [2, (3)]) ➞ 3", (1, [2, 3])),
        (">>> f('a)', 2)\n1", ("a)", 2)),
        (">>> x = [1]\n>>> f(x, 2)\n3", ([1], 2)),
        ("For a = 3, b = [4] the answer is 5", (3, [4])),
        ("f(-1, b=2)  # 3", (-1, 2)),
    ],
)
def test_examples_are_found_in_prose(prose: str, args: tuple) -> None:
    """Docstrings show calls in many styles."""
    code = f'def f(a, b):\n    r"""{prose}"""\n    return a\n'
    assert args in [case.args for case in harvest(locate(code, "f"), code).examples]


@pytest.mark.parametrize(
    "prose", ["f(a, b)", "g(1, 2)", "f(1)", "self.f(x, y)", "f(unknown(1), 2)", "f(1, 2"]
)
def test_what_is_no_example_is_left_alone(prose: str) -> None:
    """Signatures, other functions, wrong numbers of arguments and unknown names are no examples."""
    code = f'def f(a, b):\n    """{prose}"""\n    return a\n'
    assert harvest(locate(code, "f"), code).examples == ()


@pytest.mark.parametrize(
    ("hint", "shape"),
    [
        ("list[int]", "list[int]"),
        ("'List[str]'", "list[str]"),
        ("Optional[int]", "union[int, none]"),
        ("int | None", "union[int, none]"),
        ("typing.Dict[str, List[float]]", "dict[str, list[float]]"),
        ("Tuple[int, ...]", "tuple[int]"),
        ("tuple[int, str]", "pair[int, str]"),
        ("Literal['a', 'b']", "literal['a', 'b']"),
        ("Iterable[T]", "iterable[any]"),
        ("np.ndarray", "ndarray"),
        ("UserId", "int"),
        ("Point", "instance[Point]"),
        ("Callable[[int], bool]", "callable[int, bool]"),
    ],
)
def test_hints_become_shapes(hint: str, shape: str) -> None:
    """Typing of every age, aliases and classes of the module."""
    module = ast.parse("T = TypeVar('T')\nUserId = NewType('UserId', int)\nclass Point: pass\n")
    assert str(shape_of_hint(ast.parse(hint, mode="eval").body, module)) == shape


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        ("return x.split(',')", "str"),
        ("return [w.upper() for w in x]", "list[str]"),
        ("return sum(v % 2 for v in x)", "list[int]"),
        ("return sum(1 for v in x if v > 3)", "list[int]"),
        ("return {k: v + 1 for k, v in x.items()}", "dict[str, int]"),
        ("return ''.join(x)", "list[str]"),
        ("return [row[0] for row in x for _ in row]", "list[list[int]]"),
        ("return sum(1 for c in x if c in 'aeiou')", "str"),
        ("return len(range(x))", "int"),
        ("return isinstance(x, dict)", "dict[str, int]"),
        ("return helper(x)", "str"),
        ("line = ''\n    for c in x[0]:\n        line = line + c\n    return line", "list[list[str]]"),
        (
            "out = ''\n    for i in range(len(x[0])):\n        for b in x:\n            if b[i] != x[0][i]:\n"
            "                return out\n        c = x[0][i]\n        out = out + c\n    return out",
            "list[list[str]]",
        ),
    ],
)
def test_use_tells_the_shape(body: str, shape: str) -> None:
    """How a parameter is used says what it is, also through a function of the same module."""
    code = f"def helper(t):\n    return t.strip()\n\ndef f(x):\n    {body}\n"
    assert best_shapes(code) == [shape]


def test_documented_types_are_read() -> None:
    """Docstring fields count as hints where there are none."""
    code = '''
    def f(a, b):
        """Do.

        :type a: list of str
        @type b: C{(int, str)}
        """
        return a, b
    '''
    assert best_shapes(code) == ["list[str]", "pair[int, str]"]


def test_documented_bounds_are_read() -> None:
    """Constraints and the words for them."""
    assert documented_bounds("k", "1 <= k <= 10^5") == (1, 10**5)
    assert documented_bounds("n", "a non-negative integer n") == (0, None)
    assert documented_bounds("n", "two positive integers n and m") == (1, None)
    assert documented_bounds("n", "any integer") == (None, None)
