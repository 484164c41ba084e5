"""Tells where the elements of a list may be what no set can hold, so that a set is no advice."""

from __future__ import annotations

import re

from velox_engine.rules.context import Context
from velox_engine.rules.quantities import says_records
from velox_engine.source.syntax import Node

# Ex) `list[Any]`, `Sequence[dict[str, str]]`, `List[List[int]]`
_OBJECT = re.compile(r"(?:^|_|[a-z])(?:[Oo]bj|[Oo]bject|[Ii]nstance|[Rr]ecord|[Dd]ict)$")
_OF_ANYTHING = re.compile(r"\[\s*(?:\w+\.)?(?:Any|object|[Dd]ict|[Ll]ist|[Ss]et|MutableMapping|Mapping)\b")


def may_be_unhashable(needle: Node, container: Node, context: Context) -> bool:
    """Whether what is searched for may be a dict or a list: by an annotation, or since it is a whole record."""
    bindings = context.inference(container).lookup(context.text(container))
    if any(_OF_ANYTHING.search(context.text(one.annotation)) for one in bindings):
        return True
    if needle.type != "identifier":
        return False
    if _OBJECT.search(context.text(needle)):
        return True
    # Ex) `[order for order in orders if order not in cancelled]`, where an order is a dict as a rule
    return any(
        one.how == "for" and one.value is not None and says_records(context.text(one.value))
        for one in context.inference(needle).lookup(context.text(needle))
    )
