"""How a function is called: a coroutine has to be awaited, which comparing the results of both cannot show."""

from __future__ import annotations

import ast

from velox_engine.types import Difference, VeloxError
from velox_engine.verify.inputs.target import locate


def calling_difference(old: str, new: str, qualname: str) -> Difference | None:
    """The difference between an `async def` and a `def` of the same name; None where both are of one kind.

    The sandbox drives a coroutine to its end and compares what it gives, so that its callers' `await` is not seen.
    A name that is no `def` on one side, such as an assigned one, cannot be told here.
    """
    kinds: list[str] = []
    for text in (old, new):
        try:
            node = locate(text, qualname).node
        except VeloxError:
            return None
        kinds.append("a coroutine function" if isinstance(node, ast.AsyncFunctionDef) else "a plain function")
    if kinds[0] == kinds[1]:
        return None
    return Difference("one has to be awaited, the other not", "any", kinds[0], kinds[1])
