"""What is observed of a call: results, exceptions, arguments afterwards, output, and each way to end badly."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from velox_engine.verify.sandbox import Case, LoadFailure, Outcome, Program, Recipe, Sandbox, call_all, decode

Call = Callable[..., Outcome]


def test_a_result_and_the_arguments_after_the_call_are_observed(outcome: Call) -> None:
    seen = decode(outcome("def f(xs, k=0):\n    xs.append(k)\n    return len(xs)", [1], k=5).payload)
    assert (seen.value, seen.args) == (2, ([1, 5],))


def test_returning_an_argument_differs_from_returning_its_copy(outcome: Call) -> None:
    assert outcome("def f(x): return x", [1]).payload != outcome("def f(x): return x[:]", [1]).payload


def test_aliasing_between_arguments_reaches_the_function(outcome: Call) -> None:
    shared = [1]
    assert outcome("def f(a, b):\n    a.append(2)\n    return len(b)", shared, shared).text() == "returned 2"


def test_an_exception_is_observed_with_its_exact_type_and_text(outcome: Call) -> None:
    seen = outcome("class Odd(ValueError): pass\ndef f(): raise Odd('x')")
    assert (seen.kind, seen.exception) == ("raised", "project_module.Odd: x")


def test_memory_addresses_in_texts_do_not_make_a_difference(sandbox: Sandbox) -> None:
    source = "def f():\n    junk = [object() for _ in range({})]\n    raise ValueError(str(object()))"
    runs = [
        call_all(sandbox, Program(source.format(n), "/p.py", "p", "", "f"), [Case(())])[0].payload
        for n in (1, 5000)
    ]
    assert runs[0] == runs[1]


ENDINGS = [
    ("import os\ndef f(): os._exit(0)", "crashed", "exited by itself with status 0"),
    ("import os\ndef f(): os.kill(os.getpid(), 9)", "crashed", "SIGKILL"),
    ("import ctypes\ndef f(): ctypes.string_at(0)", "crashed", "SIGSEGV"),
    ("import os\ndef f(): os.abort()", "crashed", "SIGABRT"),
    ("def f(): return bytearray(1 << 40)", "crashed", "memory"),
    ("def f():\n    kept = []\n    while True: kept.append('x' * 10**7)", "crashed", "memory"),
    ("def f():\n    while True: pass", "timeout", "no result after"),
    (
        "def f():\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass",
        "timeout",
        "",
    ),
    ("import time\ndef f(): time.sleep(60)", "timeout", "no result after"),
    ("def f():\n    while True: print('x' * 10**6)", "unserialisable", "printed more than"),
    ("def f(): return lambda: 1", "unserialisable", "a function has no plain state"),
    ("import threading\ndef f(): return threading.Lock()", "unserialisable", "lock"),
    ("def f(): return [0] * 10**7", "unserialisable", "larger than"),
    ("import os\ndef f():\n    os.close(4)", "crashed", "lost its result channel"),
    (
        "import os\ndef f():\n    for n in range(64):\n        try: os.close(n)\n        except OSError: pass",
        "crashed",
        "",
    ),
]


@pytest.mark.parametrize(
    ("source", "kind", "detail"), ENDINGS, ids=[source[-40:] for source, _, _ in ENDINGS]
)
def test_each_bad_end_has_its_kind_and_says_why(outcome: Call, source: str, kind: str, detail: str) -> None:
    seen = outcome(source)
    assert seen.kind == kind
    assert detail in seen.detail


def test_sys_exit_is_an_exception_like_any_other(outcome: Call) -> None:
    assert outcome("import sys\ndef f(): sys.exit(3)").exception == "SystemExit: 3"


def test_endless_recursion_is_an_exception_with_one_wording(outcome: Call) -> None:
    assert (
        outcome("def f(n=0): return f(n + 1)").exception == "RecursionError: maximum recursion depth exceeded"
    )


def test_output_and_warnings_are_part_of_what_is_observed(outcome: Call) -> None:
    seen = outcome(
        "import sys, warnings\ndef f():\n    print('out')\n    sys.stdout.buffer.write(b'raw')\n"
        "    sys.stderr.write('err')\n    warnings.warn('old', DeprecationWarning)"
    )
    extras = decode(seen.payload).extras
    assert extras["stdout"] == "out\nraw"
    assert extras["stderr"] == "err"
    assert extras["warnings"] == [("DeprecationWarning", "old")]
    assert {"stdout", "warnings"} <= seen.effects


def test_use_of_the_shared_random_generator_is_observed_and_undone(sandbox: Sandbox) -> None:
    program = Program("import random\ndef f(): return random.random()", "/p.py", "p", "", "f")
    first, second = call_all(sandbox, program, [Case(()), Case(())])
    assert "random" in first.effects
    assert first.payload == second.payload
    wasteful = Program(
        program.source.replace("return", "random.random.__call__; random.seed(1); return"), *_rest(program)
    )
    assert call_all(sandbox, wasteful, [Case(())])[0].payload != first.payload


def _rest(program: Program) -> tuple[str, str, str, str]:
    return program.path, program.module, program.package, program.function


def test_changed_globals_are_observed_unless_the_original_has_no_such_name(sandbox: Sandbox) -> None:
    counting = Program("seen = []\ndef f(x):\n    seen.append(x)\n    return x", "/p.py", "p", "", "f")
    with sandbox.start(counting) as run:
        assert run.globals == ("seen",)
        assert "globals" in run.call([Case((1,))])[0].effects
    plain = call_all(sandbox, Program("def f(x): return x", *_rest(counting)), [Case((1,))])[0]
    with sandbox.start(counting, watch=()) as run:
        assert run.call([Case((1,))])[0].payload == plain.payload


def test_refused_file_access_leaves_a_trace_even_when_the_program_hides_it(outcome: Call) -> None:
    seen = outcome("def f():\n    try:\n        open('/etc/hostname')\n    except OSError:\n        return 0")
    assert seen.kind == "returned"
    assert "denied" in seen.effects


LAZY = [
    ("def f():\n    yield 1\n    yield 2", "returned generator(1, 2)"),
    ("def f():\n    yield 1\n    raise KeyError('k')", "returned generator(1, then raises ('KeyError', \"'k'\"))"),
    ("def f(): return map(str, [1, 2])", "returned map('1', '2')"),
    ("def f(): return zip('ab', [1, 2])", "returned zip(('a', 1), ('b', 2))"),
    ("import itertools\ndef f(): return [itertools.chain([1], [2])]", "returned [itertools.chain(1, 2)]"),
    ("async def f(): return 5", "returned 5"),
    ("import asyncio\nasync def f():\n    return await asyncio.gather(g(1), g(2))\nasync def g(x):\n"
     "    await asyncio.sleep(0.001)\n    return x", "returned [1, 2]"),
    ("import asyncio\ndef f(): return asyncio.run(g())\nasync def g():\n    await asyncio.sleep(0)\n    return 3",
     "returned 3"),
    ("async def f():\n    yield 1\n    yield 2", "returned async_generator(1, 2)"),
    ("async def f(): raise ValueError('late')", "raised ValueError: late"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "text"), LAZY, ids=[text for _, text in LAZY])
def test_lazy_and_asynchronous_results_are_driven_to_their_end(outcome: Call, source: str, text: str) -> None:
    assert outcome(source).text() == text


def test_an_endless_generator_is_compared_as_far_as_the_bound(outcome: Call) -> None:
    assert outcome("def f():\n    n = 0\n    while True:\n        yield n\n        n += 1").kind == "returned"


def test_methods_take_a_recipe_as_receiver(outcome: Call) -> None:
    source = "class Stack:\n    def __init__(self, items): self.items = items\n    def top(self): return self.items[-1]"
    assert outcome(source, Recipe("Stack([1, 2])"), function="Stack.top").text() == "returned 2"


def test_static_and_class_methods_take_only_their_arguments(outcome: Call) -> None:
    source = (
        "class C:\n    @staticmethod\n    def s(x): return x\n"
        "    @classmethod\n    def c(cls, x): return cls.__name__ + x"
    )
    assert outcome(source, 1, function="C.s").text() == "returned 1"
    assert outcome(source, "x", function="C.c").text() == "returned 'Cx'"


def test_callables_and_iterators_can_be_inputs(outcome: Call) -> None:
    assert outcome(
        "def f(g, xs): return [g(x) for x in xs]", Recipe("lambda x: x * 2"), Recipe("iter([1, 2])")
    ).text() == ("returned [2, 4]")


def test_the_same_recipe_object_is_one_object_in_the_child(outcome: Call) -> None:
    shared = Recipe("[1]")
    source = "def f(a, b): return a is b"
    assert outcome(source, shared, shared).text() == "returned True"
    assert outcome(source, Recipe("[1]"), Recipe("[1]")).text() == "returned False"


def test_an_input_that_cannot_be_built_is_missing_and_not_behaviour(outcome: Call) -> None:
    seen = outcome("def f(x): return x", Recipe("nowhere(1)"))
    assert seen.kind == "missing"
    assert "NameError" in seen.detail


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def f(:", "SyntaxError"),
        ("import nowhere_at_all\ndef f(): pass", "nowhere_at_all"),
        ("1 / 0\ndef f(): pass", "ZeroDivisionError"),
        ("raise SystemExit(4)", "SystemExit"),
        ("import os\nos._exit(0)", "exited by itself"),
        ("x = 1", "no function f"),
        ("f = 1", "not callable"),
        ("while True: print('x' * 10**6)", "prints more"),
        ("kept = bytearray(1 << 40)", "memory"),
    ],
)
def test_a_module_that_does_not_load_says_why(outcome: Call, source: str, reason: str) -> None:
    with pytest.raises(LoadFailure, match=reason):
        outcome(source)
