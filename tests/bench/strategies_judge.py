"""Runs one version of a function in a plain process: its results on inputs that Velox never saw, and its time.

Usage: python strategies_judge.py SPEC.json CODE.py; prints one JSON line {"results", "seconds", "error"}.

The spec holds entry, setup (text that defines gen(n) and perhaps EDGES), shared (whether setup runs in the code's own
namespace, which it needs to make instances), texts (inputs as Python text), small_n and bench_n. Random numbers are
seeded alike for every version, so all versions get the same inputs.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import copy
import dataclasses
import inspect
import io
import json
import random
import resource
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SMALL_SIZES = (0, 1, 2, 3, 5, 8, 13)
DRAWS = 4  # generated inputs of each small size
TIMED_DRAWS = 5
LONG = 1.5  # seconds: a call that takes longer is timed once
MEMORY = 3 << 30


def show(value: Any, depth: int = 0) -> str:
    """Write a value so that equal text means equal type, content, order and float bits."""
    if depth > 60:
        return "…"
    if isinstance(value, float):
        return "f" + value.hex() if value == value else "nan"
    kind = type(value).__name__
    if isinstance(value, list | tuple | collections.deque):
        return kind + "(" + ",".join(show(item, depth + 1) for item in value) + ")"
    if isinstance(value, dict):
        inside = ",".join(f"{show(k, depth + 1)}:{show(v, depth + 1)}" for k, v in value.items())
        return kind + "{" + inside + "}"
    if isinstance(value, set | frozenset):
        return kind + "<" + ",".join(sorted(show(item, depth + 1) for item in value)) + ">"
    if hasattr(value, "dtype"):
        return kind + str(value.dtype) + show(value.tolist(), depth + 1)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return kind + show(fields, depth + 1)
    if hasattr(value, "__next__"):
        return "iterator" + show(list(value), depth + 1)
    if inspect.isroutine(value):
        return kind + ":" + value.__qualname__
    if type(value).__repr__ is object.__repr__:
        return kind + show(vars(value) if hasattr(value, "__dict__") else {}, depth + 1)
    return kind + ":" + repr(value)


def run(function: Any, args: tuple[Any, ...]) -> Any:
    """Call, and drive what comes back to its end."""
    result = function(*args)
    if inspect.iscoroutine(result):
        result = asyncio.run(result)
    if inspect.isasyncgen(result):

        async def drain() -> list[Any]:
            return [item async for item in result]

        result = asyncio.run(drain())
    return list(result) if isinstance(result, Iterator) else result


def observe(function: Any, args: tuple[Any, ...]) -> str:
    """All that a caller can see of one call."""
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            said = show(run(function, args))
    except RecursionError:
        return "recursion"
    except Exception as error:
        said = f"raises {type(error).__name__}: {error}"
    return f"{said}|{show(args)}|{out.getvalue()}"


def find(namespace: dict[str, Any], entry: str) -> Any:
    """The function under its qualified name."""
    first, *rest = entry.split(".")
    found = namespace[first]
    for name in rest:
        found = getattr(found, name)
    return found


def seed(number: int) -> None:
    """Seed what generators may draw from."""
    random.seed(number)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(number)


def unseen_inputs(
    spec: dict[str, Any], setup: dict[str, Any], names: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Yield (label, arguments): the case's own inputs, its edges, and generated ones."""
    for text in spec["texts"]:
        with contextlib.suppress(Exception):
            yield text[:200], eval(text, dict(names))
    for index, args in enumerate(setup.get("EDGES", ())):
        yield f"EDGES[{index}]", copy.deepcopy(args)
    if "gen" not in setup:
        return
    for size in sorted({*SMALL_SIZES, spec["small_n"]}):
        for draw in range(DRAWS):
            seed(1000 * size + draw)
            try:
                args = setup["gen"](size)
            except Exception:
                continue  # a size that the generator does not make
            yield f"gen({size}) #{draw}", args


def timed_draws(function: Any, setup: dict[str, Any], size: int) -> list[float]:
    """The seconds of the same few generated inputs, each the best of two calls; fewer where calls are long."""
    times: list[float] = []
    for draw in range(TIMED_DRAWS):
        best = None
        for _ in range(2):
            seed(draw)
            args = setup["gen"](size)
            start = time.process_time()
            with contextlib.redirect_stdout(io.StringIO()):
                run(function, args)
            spent = time.process_time() - start
            best = spent if best is None else min(best, spent)
            if spent > LONG:
                break
        times.append(best or 0.0)
        if sum(times) > 2 * LONG:
            break
    return times


def main() -> None:
    """Judge one version."""
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    spec = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    code = Path(sys.argv[2]).read_text(encoding="utf-8")
    namespace: dict[str, Any] = {"__name__": "case"}
    exec(compile(code, "case.py", "exec", dont_inherit=True), namespace)
    function = find(namespace, spec["entry"])
    setup = dict(namespace) if spec["shared"] else {}
    exec(compile(spec["setup"] or "", "setup.py", "exec", dont_inherit=True), setup)
    names = {**vars(collections), "collections": collections, "nan": float("nan"), "inf": float("inf")}
    if "numpy" in sys.modules:
        names |= {
            "np": sys.modules["numpy"],
            "numpy": sys.modules["numpy"],
            "array": sys.modules["numpy"].array,
        }
    names |= namespace
    results = [(label, observe(function, args)) for label, args in unseen_inputs(spec, setup, names)]
    seconds: list[float] = []
    error = ""
    if "gen" in setup and spec["bench_n"]:
        try:
            seconds = timed_draws(function, setup, spec["bench_n"])
        except Exception as stop:
            error = repr(stop)[:200]
    print(json.dumps({"results": results, "seconds": seconds, "error": error}))


if __name__ == "__main__":
    main()
