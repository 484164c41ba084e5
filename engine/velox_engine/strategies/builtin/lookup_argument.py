"""Hands a set to a function that only tests membership in what it is given, instead of a list each time.

What it does: a loop that passes the same list or tuple to a function of the file, which does nothing with it but `in`,
makes a set of it once before the loop and passes that. The function itself stays as it is.

Example:
    def is_known(word: str, known) -> bool:
        return word.lower() in known


    def unknown(words: list[str], known: list[str]):
        result = []
        for word in words:
            if not is_known(word, known):
                result.append(word)
        return result

Result:
    def is_known(word: str, known) -> bool:
        return word.lower() in known


    def unknown(words: list[str], known: list[str]):
        result = []
        known_set = set(known)
        for word in words:
            if not is_known(word, known_set):
                result.append(word)
        return result

Inputs:
    (["A", "b"], ["a"])
    ([], [])

When it is unsafe: when the elements, or what is looked for, are not hashable; when the list changes in the loop; and
for a str, in which `in` finds parts.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.searched import passed_as_sets


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for name, edits in passed_as_sets(context, context.known_functions):
        yield Rewrite(tuple(edits), f"pass {name} as a set made once")


STRATEGY = BuiltinStrategy("lookup-argument", "data_structure", _build, __doc__ or "")
