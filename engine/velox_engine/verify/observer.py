"""Writes down what one call does, as text: put into exported tests and, to know what to expect, behind a module.

Standard library only, 3.9 and up, and no import from Velox: its text is copied.
"""

import asyncio
import contextlib
import inspect
import io
import random
import warnings


def _velox_show(value, seen):
    """Text that differs when types, signs, order or identity differ."""
    kind = type(value)
    if value is None or kind in (bool, int, float, complex, str, bytes):
        return repr(value)
    name = kind.__qualname__ if kind.__module__ == "builtins" else kind.__module__ + "." + kind.__qualname__
    if kind not in (tuple, frozenset, range):
        for number, known in enumerate(seen):
            if known is value:
                return "<object %d again>" % number
        seen.append(value)
    if kind in (list, tuple) or name == "collections.deque":
        inside = ", ".join([_velox_show(item, seen) for item in value])
    elif kind in (set, frozenset):
        inside = ", ".join(sorted(_velox_show(item, list(seen)) for item in value))
    elif isinstance(value, dict):
        inside = ", ".join(
            [_velox_show(key, seen) + ": " + _velox_show(item, seen) for key, item in value.items()]
        )
    elif hasattr(value, "__next__"):
        steps = []
        try:
            while len(steps) < 10_000:
                steps.append(_velox_show(next(value), seen))
        except StopIteration as stop:
            steps.append("end " + _velox_show(stop.value, seen))
        except Exception as error:
            steps.append("raises %s: %s" % (type(error).__qualname__, error))
        name, inside = "steps", ", ".join(steps)
    elif kind.__module__ in (
        "builtins",
        "datetime",
        "decimal",
        "fractions",
        "pathlib",
        "numpy",
        "array",
        "enum",
    ):
        inside = repr(value)
    elif hasattr(value, "__dict__"):
        inside = ", ".join(["%s=%s" % (key, _velox_show(item, seen)) for key, item in vars(value).items()])
    else:
        inside = repr(value)
    return "%s(%s)" % (name, inside)


async def _velox_collect(source):
    return [item async for item in source]


def _velox_observe(namespace, name, inputs):
    """One line each for the outcome, the arguments afterwards, and what was printed, warned or drawn."""
    scope = {"nan": float("nan"), "inf": float("inf")}
    for module in ("collections", "math", "itertools", "decimal", "fractions", "datetime"):
        scope[module] = __import__(module)
    modules = {**namespace, **scope}
    scope.update(namespace)
    build = "(lambda *args, **kwargs: (args, kwargs))" + inputs
    try:
        args, kwargs = eval(build, scope)
    except (AttributeError, NameError):
        args, kwargs = eval(build, modules)  # `from datetime import datetime` hides the module of that name
    first, *rest = name.split(".")
    function = namespace[first]
    for part in rest:
        function = getattr(function, part)
    function = getattr(function, "fget", None) or function
    random.seed(2011)
    state = random.getstate()
    printed, wrong, seen = io.StringIO(), io.StringIO(), []
    streams = contextlib.ExitStack()
    streams.enter_context(contextlib.redirect_stdout(printed))
    streams.enter_context(contextlib.redirect_stderr(wrong))
    with streams, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            result = function(*args, **kwargs)
            if inspect.iscoroutine(result):
                result = asyncio.run(result)
            elif inspect.isasyncgen(result):
                result = asyncio.run(_velox_collect(result))
            after = _velox_show(args, seen) + " " + _velox_show(kwargs, seen)
            ended = "returned " + _velox_show(result, seen)
        except Exception as error:
            after = _velox_show(args, seen) + " " + _velox_show(kwargs, seen)
            ended = "raised %s: %s" % (type(error).__qualname__, error)
    lines = [ended, "arguments afterwards: " + after]
    if printed.getvalue():
        lines.append("printed %r" % printed.getvalue())
    if wrong.getvalue():
        lines.append("printed on stderr %r" % wrong.getvalue())
    lines.extend("warned %s: %s" % (item.category.__name__, item.message) for item in warned)
    if random.getstate() != state:
        lines.append("drew random numbers up to %r" % random.random())
    return "\n".join(lines)
