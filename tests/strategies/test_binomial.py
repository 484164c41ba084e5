"""`math.comb` and `math.perm` give what dividing factorials gave, and what raised still raises."""

from __future__ import annotations

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

FORMS = (
    "factorial(n) // (factorial(k) * factorial(n - k))",
    "factorial(n) // (factorial(n - k) * factorial(k))",
    "factorial(n) // factorial(k) // factorial(n - k)",
    "factorial(n) // factorial(n - k)",
)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("module", [False, True])
def test_the_quotient_is_the_same(form: str, module: bool) -> None:
    """Bools, negative numbers, k above n, floats and texts included."""
    head = "import math\n" if module else "from math import factorial\n"
    form = form.replace("factorial", "math.factorial") if module else form
    code = f"{head}def f(n, k):\n    return 2 * ({form}) + 1\n"
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="binomial")
    old: dict = {}
    new: dict = {}
    exec(code, old)
    exec(candidate.new_source, new)
    for n in (-1, 0, 1, 7, 60, True, 5.0, "5"):
        for k in (-2, 0, 1, 3, 7, 61, False, 2.0):
            answers: list[object] = []
            for scope in (old, new):
                try:
                    answers.append(repr(scope["f"](n, k)))
                except (TypeError, ValueError) as error:
                    answers.append(type(error))
            assert answers[0] == answers[1], (n, k)
