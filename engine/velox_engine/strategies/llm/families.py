"""The prompt families: for each action what a model is asked to do, and on which functions that makes sense."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from velox_engine.actions import ACTIONS, NO_CHANGE
from velox_engine.strategies.base import FunctionContext


@dataclass(frozen=True, slots=True)
class Family:
    """What carries out one action."""

    action: str
    goal: str
    """The task, as said to the model."""
    fits: Callable[[Traits], bool]
    """Whether it makes sense for a function with these traits."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What can be seen of a function at a glance."""

    loops: int = 0
    nested: bool = False  # a loop in a loop
    recursive: bool = False
    comprehensions: int = 0
    appends: bool = False
    strings: bool = False
    slices: bool = False
    orders: bool = False  # sort, sorted, min, max, heapq
    tries: bool = False
    attributes: bool = False
    builds_objects: bool = False
    touches_files: bool = False
    waits: bool = False  # async, or sleeping
    modules: frozenset[str] = frozenset()  # that the file imports

    @property
    def works(self) -> bool:
        """Whether it does anything again and again."""
        return bool(self.loops or self.comprehensions or self.recursive)


FAMILIES: Final[dict[str, Family]] = {
    family.action: family
    for family in (
        Family(
            "algorithm_change",
            "Use an algorithm with a lower order of growth: fewer passes over the data, a hash lookup or a sorted "
            "sweep instead of comparing every pair, dynamic programming instead of trying everything.",
            lambda traits: traits.nested or traits.recursive or traits.comprehensions > 0,
        ),
        Family(
            "data_structure",
            "Use containers that fit what is done with them: a set or dict for membership, a deque for both ends, "
            "a heap for the smallest, a Counter or defaultdict for groups.",
            lambda traits: traits.works,
        ),
        Family(
            "caching",
            "Compute what is computed again and again only once within a call, for example in a dict that lives as "
            "long as the call. Nothing may outlive the call.",
            lambda traits: traits.recursive or traits.nested,
        ),
        Family(
            "loop_invariant_hoisting",
            "Move whatever does not change between iterations out of the loops.",
            lambda traits: traits.loops > 0,
        ),
        Family(
            "loop_restructuring",
            "Restructure the loops: fuse passes, leave early, swap the order, iterate directly instead of by index, "
            "or walk in larger strides.",
            lambda traits: traits.loops > 0,
        ),
        Family(
            "comprehension",
            "Replace loops that only build a collection by comprehensions or by calls that build it at once.",
            lambda traits: traits.appends,
        ),
        Family(
            "lazy_generation",
            "Avoid collections that are only built to be walked once: generate their items as they are needed.",
            lambda traits: traits.appends or traits.comprehensions > 0,
        ),
        Family(
            "vectorization",
            "Replace Python loops over numbers by NumPy operations on whole arrays. Results must keep their exact "
            "Python types and values.",
            lambda traits: traits.works and "numpy" in traits.modules,
        ),
        Family(
            "dataframe_vectorization",
            "Replace row-by-row work on data frames by pandas operations on whole columns.",
            lambda traits: "pandas" in traits.modules,
        ),
        Family(
            "string_building",
            "Build strings from pieces joined once, or with str methods that do the work in one pass.",
            lambda traits: traits.strings and traits.works,
        ),
        Family(
            "builtin_substitution",
            "Let builtins such as sum, any, all, min, max, sorted, map, zip and enumerate, and the methods of str, "
            "list, set and dict, do what the loops do by hand.",
            lambda traits: traits.works,
        ),
        Family(
            "stdlib_substitution",
            "Let the standard library do the work: collections, itertools, functools, bisect, heapq, math, operator.",
            lambda traits: traits.works,
        ),
        Family(
            "sorting_selection",
            "Sort once instead of repeatedly, sort by a key, or select the few wanted items without sorting all.",
            lambda traits: traits.orders or traits.nested,
        ),
        Family(
            "recursion_to_iteration",
            "Replace the recursion by a loop, with a stack of its own where one is needed.",
            lambda traits: traits.recursive,
        ),
        Family(
            "in_place_update",
            "Change collections that the function itself made in place instead of making new ones; its arguments "
            "must stay as they are.",
            lambda traits: traits.slices or traits.appends,
        ),
        Family(
            "copy_elimination",
            "Leave out copies, slices and conversions that nothing depends on.",
            lambda traits: traits.slices,
        ),
        Family(
            "precomputation",
            "Compute tables, prefix sums or indexes once at the start, and look results up instead of computing "
            "them anew.",
            lambda traits: traits.works,
        ),
        Family(
            "regex",
            "Make the matching cheaper: compile once, simplify the pattern, or use str methods that do the same.",
            lambda traits: "re" in traits.modules,
        ),
        Family(
            "io_buffering",
            "Read and write in larger pieces and fewer calls.",
            lambda traits: traits.touches_files,
        ),
        Family(
            "concurrency",
            "Let waits overlap, keeping the order of results and which error is raised.",
            lambda traits: traits.waits,
        ),
        Family(
            "memory_layout",
            "Use less memory for each item: arrays, tuples or slots instead of objects and dicts, where nobody outside "
            "can tell.",
            lambda traits: traits.builds_objects and traits.works,
        ),
        Family(
            "exception_flow",
            "Take exceptions out of the common path: test first where that is cheaper, or try once around the loop.",
            lambda traits: traits.tries,
        ),
        Family(
            "name_lookup",
            "Look attributes and globals up once before the loop instead of in every iteration.",
            lambda traits: traits.attributes and traits.loops > 0,
        ),
        Family(
            "alternative_solution",
            "Solve the same task in the fastest way you know, from scratch.",
            lambda traits: True,
        ),
    )
}


def open_actions(context: FunctionContext, findings: frozenset[str] = frozenset()) -> tuple[bool, ...]:
    """For each of the 25 actions, whether it makes sense to ask a model for it.

    `findings` names the actions of what the rules found in the function. A function that does nothing again and
    again, and in which nothing was found, is not worth a request.
    """
    traits = traits_of(context)
    if not (traits.works or findings):
        return (False,) * len(ACTIONS)
    opened = [name in FAMILIES and (name in findings or FAMILIES[name].fits(traits)) for name in ACTIONS]
    opened[NO_CHANGE] = False
    return tuple(opened)


def traits_of(context: FunctionContext) -> Traits:
    """Look at a function's syntax tree once."""
    node = context.node
    nodes = list(ast.walk(node))
    loops = [part for part in nodes if isinstance(part, ast.For | ast.While | ast.AsyncFor)]
    comprehensions = [part for part in nodes if isinstance(part, ast.comprehension)]
    calls = [part for part in nodes if isinstance(part, ast.Call)]
    named = {part.func.id for part in calls if isinstance(part.func, ast.Name)}
    methods = {part.func.attr for part in calls if isinstance(part.func, ast.Attribute)}
    inside = [one for loop in loops for one in ast.walk(loop) if one is not loop and one in loops]
    return Traits(
        loops=len(loops),
        nested=bool(inside) or len(comprehensions) > 1 or bool(loops and (comprehensions or named & _PASSES)),
        recursive=node.name in named or node.name in methods,
        comprehensions=len(comprehensions),
        appends=bool(methods & {"append", "add", "extend", "update", "insert"}),
        strings=any(isinstance(part, ast.JoinedStr) for part in nodes)
        or any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in nodes),
        slices=any(isinstance(part, ast.Slice) for part in nodes)
        or bool(named & {"list", "dict", "set", "tuple"}),
        orders=bool(named & {"sorted", "min", "max"} or "sort" in methods),
        tries=any(isinstance(part, ast.Try) for part in nodes),
        attributes=any(isinstance(part, ast.Attribute) for part in nodes),
        builds_objects=any(isinstance(part, ast.Dict | ast.Tuple) for part in nodes),
        touches_files="open" in named or bool(methods & {"read", "write", "readline", "readlines"}),
        waits=isinstance(node, ast.AsyncFunctionDef) or "sleep" in named | methods,
        modules=_imported(context.module),
    )


_PASSES: Final = frozenset({"sum", "min", "max", "sorted", "any", "all", "list", "len"})


def _imported(module: ast.Module) -> frozenset[str]:
    found: set[str] = set()
    for statement in module.body:
        if isinstance(statement, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in statement.names}
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            found.add(statement.module.partition(".")[0])
    return frozenset(found)
