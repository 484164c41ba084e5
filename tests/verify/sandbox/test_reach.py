"""Reading a rewrite for what it newly touches of the interpreter: what is refused, and what is left alone."""

from __future__ import annotations

import pytest

from velox_engine.strategies import STRATEGIES
from velox_engine.strategies.examples import read_documentation
from velox_engine.verify.sandbox.reach import new_reaches

PLAIN = "import os, sys\ndef f(x):\n    return x\n"

REFUSED = [
    ("import ctypes", "ctypes.string_at(0)"),
    ("import gc", "gc.get_objects()"),
    ("import gc as harmless", "harmless.get_objects()"),
    ("from sys import _getframe as g", "g(1)"),
    ("", "sys._getframe(1)"),
    ("", "sys.modules['struct']"),
    ("s = sys", "s._getframe(1)"),
    ("", "os._exit(0)"),
    ("", "os.environ.get('HOME')"),
    ("", "exec('1')"),
    ("e = eval", "e('1')"),
    ("", "__import__('gc')"),
    ("", "f.__globals__"),
    ("", "getattr(f, '__glo' + 'bals__')"),
    ("import operator", "operator.attrgetter('__glo' + 'bals__')(f)"),
    ("", "object.__subclasses__()"),
    ("", "'{0.__globals__}'.format(f)"),
    ("import math\nmath.floor = int", "math.floor(x)"),
    ("from decimal import Decimal\nDecimal.__eq__ = None", "x"),
    ("import importlib", "importlib.import_module('gc')"),
    ("from inspect import *", "currentframe()"),
    ("import pickle", "pickle.loads(x)"),
    ("", "(y for y in x).gi_frame"),
    ("", "__builtins__"),
    ("", "vars()"),
    ("import time", "x if time.time() < 2e9 else 0"),
    ("import random", "x if random.random() < 0.999 else 0"),
    ("from datetime import datetime", "x if datetime.now().year < 2030 else 0"),
    ("import numpy as np", "np.random.permutation(x)"),
    ("import platform", "platform.node()"),
]


@pytest.mark.parametrize(("top", "body"), REFUSED, ids=[f"{top} {body}".strip() for top, body in REFUSED])
def test_a_new_reach_for_the_interpreter_is_named(top: str, body: str) -> None:
    assert new_reaches(PLAIN, f"import os, sys\n{top}\ndef f(x):\n    return {body}\n")


ALLOWED = [
    ("import math, heapq, bisect", "heapq.nsmallest(3, x)"),
    ("import os", "os.path.join('a', x)"),
    ("import os", "sorted(os.scandir(x))"),
    ("import sys", "sys.intern(x)"),
    ("import functools", "functools.reduce(max, x)"),
    ("import operator", "max(x, key=operator.attrgetter('size'))"),
    ("", "getattr(x, 'size', 0)"),
    ("import numpy as np", "np.cumsum(x)"),
    ("f_cache = {}", "f_cache.setdefault(x, 1)"),
    ("from types import MappingProxyType", "MappingProxyType(x)"),
]


@pytest.mark.parametrize(("top", "body"), ALLOWED, ids=[f"{top} {body}".strip() for top, body in ALLOWED])
def test_ordinary_ways_to_be_faster_are_left_alone(top: str, body: str) -> None:
    assert not new_reaches("def f(x):\n    return x\n", f"{top}\ndef f(x):\n    return {body}\n")


def test_what_the_original_does_already_is_no_new_reach() -> None:
    source = "import gc\ndef f(x):\n    gc.collect()\n    return x\n"
    assert not new_reaches(source, source.replace("return x", "return x[:]"))


def test_no_built_in_strategy_reaches_for_the_interpreter() -> None:
    for strategy in STRATEGIES:
        documentation = read_documentation(strategy.doc)
        assert new_reaches(documentation.before, documentation.after) == (), strategy.id
