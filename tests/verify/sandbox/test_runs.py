"""Batches, forged replies, timing, memory peaks, coverage, and that nothing is left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from velox_engine.types import VeloxError
from velox_engine.verify.sandbox import (
    Case,
    Environment,
    Limits,
    LoadFailure,
    Program,
    Sandbox,
    call_all,
    decode,
    open_sandbox,
)


def program(source: str, function: str = "f") -> Program:
    return Program(source, "/project/module.py", "project_module", "", function)


def test_a_crash_costs_its_case_and_the_rest_is_missing_in_that_run(sandbox: Sandbox) -> None:
    with sandbox.start(program("import os\ndef f(x):\n    if x == 2: os._exit(1)\n    return x")) as run:
        kinds = [outcome.kind for outcome in run.call([Case((n,)) for n in range(5)])]
        assert kinds == ["returned", "returned", "crashed", "missing", "missing"]
        assert not run.alive
        assert run.call([Case((0,))])[0].kind == "missing"


def test_call_all_continues_after_crashes_and_timeouts(sandbox: Sandbox) -> None:
    source = "import os\ndef f(x):\n    if x == 1: os._exit(1)\n    while x == 3: pass\n    return x"
    outcomes = call_all(sandbox, program(source), [Case((n,)) for n in range(5)], seconds=0.2)
    assert [outcome.kind for outcome in outcomes] == [
        "returned",
        "crashed",
        "returned",
        "timeout",
        "returned",
    ]


def test_call_all_stops_at_its_budget_with_missing_outcomes(sandbox: Sandbox) -> None:
    outcomes = call_all(
        sandbox,
        program("import time\ndef f(x): time.sleep(0.02)"),
        [Case((n,)) for n in range(200)],
        budget=0.1,
    )
    assert len(outcomes) == 200
    assert outcomes[-1].kind == "missing"


def test_large_batches_flow_both_ways_without_blocking(sandbox: Sandbox) -> None:
    cases = [Case(([n] * 5000,)) for n in range(300)]
    with sandbox.start(program("def f(xs): return xs * 2")) as run:
        outcomes = run.call(cases)
    assert decode(outcomes[7].payload).value == [7] * 10_000
    assert {outcome.kind for outcome in outcomes} == {"returned"}


def test_results_of_one_batch_cannot_fill_the_memory_of_whoever_reads_them() -> None:
    cases = [Case((n,)) for n in range(40)]
    with Sandbox(Environment(sys.executable), Limits(result_bytes=1 << 20)) as made:
        with made.start(program("def f(n): return b'x' * 1_000_000")) as run:
            outcomes = run.call(cases)
        assert [outcome.kind for outcome in outcomes[:8]] == ["returned"] * 8
        assert outcomes[8].detail == "sent more than the limit of one batch"
        assert {outcome.kind for outcome in outcomes[9:]} == {"missing"}


FORGERIES = [
    "def f():\n    os.write(4, b'x' * 64)\n    return 1",
    "def f():\n    os.write(4, b'\\x00' * 200)\n    return 1",
    "def f():\n    os.write(4, b'\\xff' * 13)\n    return 1",
    "def f():\n    os.write(4, (2**32 - 1).to_bytes(4, 'little') + b'r' + bytes(8))\n    return 1",
]


@pytest.mark.parametrize("source", FORGERIES)
def test_unsolicited_bytes_end_the_run_as_a_crash(sandbox: Sandbox, source: str) -> None:
    assert call_all(sandbox, program("import os\n" + source), [Case(())])[0].kind == "crashed"


def test_bytes_sent_between_requests_are_noticed(sandbox: Sandbox) -> None:
    forge = "sys._getframe(3).f_locals['channel'].send(b'r', bytes(8), bytes(19))"
    source = f"import os, sys\ndef f():\n    {forge}\n    return 1"
    outcome = call_all(sandbox, program(source), [Case(()), Case(())])[0]
    assert outcome.kind != "returned"


def test_an_answer_replayed_for_the_next_case_is_refused(sandbox: Sandbox) -> None:
    source = (
        "import os\nfirst = []\nwrite = os.write\ndef again(handle, data):\n    first.append(bytes(data))\n"
        "    return write(handle, first[0])\nos.write = again\ndef f(x): return x"
    )
    outcomes = call_all(sandbox, program(source), [Case((1,)), Case((2,))])
    assert outcomes[-1].kind in ("crashed", "missing")


def test_timed_calls_return_what_they_computed_and_the_clock_sees_the_work(sandbox: Sandbox) -> None:
    source = "def f(n):\n    total = 0\n    for i in range(n): total += i\n    return total"
    with sandbox.start(program(source)) as run:
        little, much = run.time([Case((2_000,))] * 20), run.time([Case((40_000,))] * 20)
        assert [outcome.text() for outcome in much.outcomes] == ["returned 799980000"] * 20
        assert much.cpu_seconds > 4 * little.cpu_seconds
        assert run.call([Case((2_000,))])[0].payload == little.outcomes[0].payload


def test_work_hidden_in_lazy_results_is_timed(sandbox: Sandbox) -> None:
    source = "def f(n):\n    for _ in range(3):\n        yield sum(range(n))"
    with sandbox.start(program(source)) as run:
        timing = run.time([Case((300_000,))] * 3)
        assert timing.cpu_seconds > timing.finish_cpu_seconds
        assert timing.outcomes[0].kind == "returned"


def test_a_timed_generator_is_followed_further(sandbox: Sandbox) -> None:
    """What it keeps has to get long before that takes time: a difference at step 15,000 shows where it is timed."""
    sources = [
        f"def f():\n    for i in range(20_000):\n        yield i {sign} (i == 15_000)\n" for sign in "+-"
    ]
    called: list[bytes] = []
    timed: list[bytes] = []
    for source in sources:
        with sandbox.start(program(source)) as run:
            called.append(run.call([Case(())])[0].payload)
            timed.append(run.time([Case(())]).outcomes[0].payload)
    assert called[0] == called[1]
    assert timed[0] != timed[1]


def test_work_moved_into_building_inputs_is_told_apart(sandbox: Sandbox) -> None:
    from velox_engine.verify.sandbox import Recipe

    with sandbox.start(program("def f(x): return x")) as run:
        timing = run.time([Case((Recipe("sum(range(3_000_000))"),))])
        assert timing.prepare_cpu_seconds > timing.cpu_seconds


def test_a_timed_batch_that_never_ends_is_a_timeout(sandbox: Sandbox) -> None:
    with sandbox.start(program("def f():\n    while True: pass")) as run:
        assert run.time([Case(())], seconds=0.2).outcomes[0].kind == "timeout"
        assert not run.alive


def test_the_peak_counts_what_one_call_allocates(sandbox: Sandbox) -> None:
    with sandbox.start(program("def f(n):\n    return len([0] * n)")) as run:
        small, large = run.peak(Case((1000,)))[0], run.peak(Case((1_000_000,)))[0]
    assert small < 100_000 < 7_000_000 < large < 9_000_000


def test_coverage_gives_the_line_pairs_of_the_program_and_the_functions_it_calls(sandbox: Sandbox) -> None:
    source = "def g(x):\n    return x\ndef f(x):\n    if x:\n        return g(x)\n    return 0"
    taken, other = call_all(sandbox, program(source), [Case((1,)), Case((0,))], coverage=True)
    assert taken.arcs == {(-3, 4), (4, 5), (5, -3), (-1, 2), (2, -1)}
    assert other.arcs == {(-3, 4), (4, 6), (6, -3)}
    assert call_all(sandbox, program(source), [Case((1,))])[0].arcs == frozenset()


def test_packages_and_relative_imports_load_from_the_workspace(tmp_path: Path) -> None:
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").write_text("from .prices import total\nRATE = 2\n")
    (package / "rates.py").write_text("def rate(): return 3\n")
    source = "from . import RATE\ndef total(x):\n    from .rates import rate\n    return x * RATE * rate()\n"
    (package / "prices.py").write_text(source.replace("from . import RATE", "RATE = 2"))
    with Sandbox(Environment(sys.executable, root=str(tmp_path))) as made:
        loaded = Program(source, str(package / "prices.py"), "shop.prices", "shop", "total")
        assert call_all(made, loaded, [Case((5,))])[0].text() == "returned 30"


def test_numpy_works_inside_and_arrays_are_compared_exactly(sandbox: Sandbox) -> None:
    pytest.importorskip("numpy")
    source = (
        "import numpy as np\n"
        "def f(n, kind): return np.arange(n, dtype=kind), np.float64(1), np.array(['a', None])"
    )
    ints, floats, again = call_all(
        sandbox, program(source), [Case((3, "int64")), Case((3, "float64")), Case((3, "int64"))]
    )
    assert ints.kind == "returned"
    assert ints.payload == again.payload != floats.payload
    nan = "import numpy as np\ndef f(s): return s * np.array([np.nan, 1.0]) * s"
    plus, minus = call_all(sandbox, program(nan), [Case((1.0,)), Case((-1.0,))])
    assert decode(plus.payload).value.parts == decode(minus.payload).value.parts


def test_threads_start_only_where_they_are_allowed(sandbox: Sandbox) -> None:
    source = (
        "import threading\ndef f():\n    found = []\n    thread = threading.Thread(target=found.append, args=(1,))\n"
        "    thread.start()\n    thread.join()\n    return found"
    )
    assert call_all(sandbox, program(source), [Case(())])[0].kind == "raised"
    with Sandbox(Environment(sys.executable), Limits(threads=True)) as made:
        assert call_all(made, program(source), [Case(())])[0].text() == "returned [1]"


def test_an_original_that_reads_its_own_files_gets_the_reading_profile(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("one two")
    source = (
        f"def f():\n    with open({str(tmp_path / 'words.txt')!r}) as handle:\n        return handle.read()"
    )
    environment = Environment(sys.executable, root=str(tmp_path))
    with open_sandbox(environment, program(source), [Case(())]) as made:
        assert made.profile == "fs-read"
        assert call_all(made, program(source), [Case(())])[0].text() == "returned 'one two'"
    with open_sandbox(environment, program("def f(): return 1"), [Case(())]) as made:
        assert made.profile == "strict"


@pytest.mark.parametrize("layers", [(), ("landlock", "rlimits")])
def test_unconfined_runs_are_refused_unless_asked_for(layers: tuple[str, ...]) -> None:
    with Sandbox(Environment(sys.executable), layers=layers) as made:
        with pytest.raises(VeloxError) as caught:
            made.start(program("def f(): return 1"))
        assert caught.value.code == "unconfined"
    with Sandbox(Environment(sys.executable), layers=layers, allow_unconfined=True) as made:
        assert "unconfined" in made.level
        assert call_all(made, program("def f(): return 1"), [Case(())])[0].text() == "returned 1"


def test_without_landlock_strict_locks_before_the_program_loads(tmp_path: Path) -> None:
    with Sandbox(Environment(sys.executable), layers=("rlimits", "seccomp", "capabilities")) as made:
        assert call_all(made, program("import re\ndef f(): return 1"), [Case(())])[0].text() == "returned 1"
        with pytest.raises(LoadFailure, match="PermissionError"):
            made.start(program(f"open({__file__!r})\ndef f(): pass"))


@pytest.mark.parametrize("interpreter", ["/nowhere/python", "/bin/true", "/etc/passwd"])
def test_what_is_no_interpreter_is_a_clear_error(interpreter: str) -> None:
    with pytest.raises(VeloxError) as caught, Sandbox(Environment(interpreter)) as made:
        made.start(program("def f(): pass"))
    assert caught.value.code in ("no-interpreter", "bad-interpreter", "sandbox-start")
    assert caught.value.hint


def test_limits_outside_their_safe_range_are_refused() -> None:
    for wrong in (
        {"call_seconds": 3600},
        {"memory_bytes": 1},
        {"output_bytes": 1 << 40},
        {"open_files": 10**6},
    ):
        with pytest.raises(VeloxError) as caught:
            Limits(**wrong)
        assert caught.value.code == "bad-limit"


def _descendants() -> set[int]:
    """Living processes started by this one, however indirectly; other sandboxes on this machine are not ours."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if fields[0] != "Z":
                    parents[int(entry.name)] = int(fields[1])
    found: set[int] = set()
    while more := {pid for pid, parent in parents.items() if parent in found | {os.getpid()}} - found:
        found |= more
    return found


def _alive(pid: int) -> bool:
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _gone(pids: set[int]) -> bool:
    for _ in range(100):
        if not any(_alive(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def test_many_runs_leave_no_process_and_no_descriptor_behind(sandbox: Sandbox) -> None:
    source = program("import os\ndef f(x):\n    if x == 1: os._exit(0)\n    return x")
    call_all(sandbox, source, [Case((0,))])
    descriptors, processes = len(os.listdir("/proc/self/fd")), _descendants()
    for number in range(60):
        with sandbox.start(source) as run:
            run.call([Case((number % 2,))])
    assert len(os.listdir("/proc/self/fd")) == descriptors
    assert _gone(_descendants() - processes)


def test_closing_the_sandbox_ends_its_zygote_and_runs() -> None:
    before = _descendants()
    made = Sandbox(Environment(sys.executable))
    made.start(program("def f(): pass"))
    mine = _descendants() - before
    assert mine
    made.close()
    assert _gone(mine)


def test_a_killed_zygote_is_replaced_for_the_next_run() -> None:
    with Sandbox(Environment(sys.executable)) as made:
        with made.start(program("def f(): return 1")) as run:
            assert made._zygote is not None
            os.kill(made._zygote.process.pid, signal.SIGKILL)
            made._zygote.process.wait()
            assert run.call([Case(())])[0].kind in ("crashed", "returned")
        assert call_all(made, program("def f(): return 2"), [Case(())])[0].text() == "returned 2"


_PARENT = """
import sys, time
from velox_engine.verify.sandbox import *
made = Sandbox(Environment(sys.executable))
run = made.start(Program("def f():\\n    while True: pass", "/p.py", "p", "", "f"))
print(made._zygote.process.pid, run.pid, flush=True)
run.call([Case(())], seconds=30)
"""


def test_when_the_parent_is_killed_nothing_stays_alive() -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pids = {int(word) for word in parent.stdout.readline().split()}
    assert len(pids) == 2
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert _gone(pids)


def test_a_sandbox_made_in_a_thread_outlives_that_thread() -> None:
    found: list[Sandbox] = []

    def make() -> None:
        made = Sandbox(Environment(sys.executable))
        made.start(program("def f(): return 1")).close()
        found.append(made)

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    time.sleep(0.1)
    with found[0] as made:
        zygote = made._zygote
        assert call_all(made, program("def f(): return 1"), [Case(())])[0].text() == "returned 1"
        assert made._zygote is zygote


_OUTLASTING = """
import sys, threading, time
from velox_engine.verify.sandbox import *

def work():
    with Sandbox(Environment(sys.executable)) as made:
        made.start(Program("def f(): return 1", "/p.py", "p", "", "f")).close()
        zygote = made._zygote
        threading.main_thread().join()
        time.sleep(0.2)
        answer = call_all(made, Program("def f(): return 2", "/p.py", "p", "", "f"), [Case(())])[0].text()
        print(answer, made._zygote is zygote)

threading.Thread(target=work).start()
time.sleep(0.3)
"""


def test_a_sandbox_in_a_thread_goes_on_after_the_main_thread_has_ended() -> None:
    done = subprocess.run([sys.executable, "-c", _OUTLASTING], capture_output=True, text=True)
    assert done.stdout.strip() == "returned 2 True", done.stderr


def test_the_hash_seed_decides_the_order_of_sets() -> None:
    source = program("def f(): return list({'a', 'b', 'c', 'd', 'e'})")
    orders = set()
    for seed in (0, 1, 2, 3):
        with Sandbox(Environment(sys.executable), hash_seed=seed) as made:
            orders.add(call_all(made, source, [Case(())])[0].payload)
    assert len(orders) > 1
