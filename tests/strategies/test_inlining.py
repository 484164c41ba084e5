"""Which variables of a loop's body a comprehension takes over, and which must keep their statement."""

from __future__ import annotations

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

LOOP = "def f(xs):\n    out = []\n    for x in xs:\n{body}    return out{rest}\n"


def rewritten(body: str, rest: str = "") -> str | None:
    """The line that builds the list, once the body is a comprehension."""
    lines = "".join(f"        {line}\n" for line in body.split("\n"))
    found = propose(
        SourceFile.from_text(LOOP.format(body=lines, rest=rest)), "f", strategy="list-comprehension"
    )
    return found[0].new_source.splitlines()[1].strip() if found else None


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            "y = g(x)\nif x:\n    out.append(y)", id="it would be computed under the condition only"
        ),
        pytest.param("y = g(x)\nout.append(h(x) + y)", id="something else would be called first"),
        pytest.param(
            "y = g(x)\nout.append(x[0] + y)", id="an item would be read first, which may be missing"
        ),
        pytest.param("y = g(x)\nout.append(x and y)", id="it would not always be computed"),
        pytest.param("y = g(x)\nout.append(1 if x else y)", id="it would be computed in one branch only"),
        pytest.param("y = g(x)\nout.append([y for _ in x])", id="it would be computed again and again"),
        pytest.param(
            "y = g(x)\nout.append(lambda: y)", id="it would be computed when the function is called"
        ),
        pytest.param("y = g(x)\nout.append(y + y)", id="it would be computed twice"),
        pytest.param("y = g(x)\ny = h(x)\nout.append(y)", id="it is set twice"),
        pytest.param("y = len(out)\nout.append(y)", id="it looks at the list"),
        pytest.param("y = yield x\nout.append(y)", id="it waits for a value from outside"),
    ],
)
def test_a_variable_whose_value_would_come_at_another_time_stays(body: str) -> None:
    """No comprehension is proposed where the value would be computed later, twice, or not at all."""
    assert rewritten(body) is None


def test_a_variable_that_is_read_after_the_loop_stays() -> None:
    """What the last turn set is still there after the loop, so the loop stays."""
    assert rewritten("y = g(x)\nout.append(y)", ", y") is None


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("y = x * 2\nout.append(y)", "out = [(x * 2) for x in xs]"),
        ("y = x.split()\nz = y[0]\nout.append(z)", "out = [x.split()[0] for x in xs]"),
        ("y = g(x)\nif y > 3:\n    out.append(y)", "out = [y for x in xs if (y := g(x)) > 3]"),
        ("y = g(x)\nif not y:\n    continue\nout.append(y)", "out = [y for x in xs if (y := g(x))]"),
        ("y = g(x)\nif y:\n    out.append(x)", "out = [x for x in xs if g(x)]"),
    ],
)
def test_a_variable_that_is_read_first_is_written_where_it_is_read(body: str, line: str) -> None:
    """One read takes the value itself, several reads a name that the condition gives."""
    assert rewritten(body) == line
