"""Reading the clock is found in the text, since two runs a moment apart may well agree."""

from __future__ import annotations

import pytest

from velox_engine.verify.clock import reads_clock


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("import time\ndef f():\n    return time.time()\n", "time.time"),
        ("from time import perf_counter as now\ndef f():\n    return now()\n", "time.perf_counter"),
        ("import datetime as dt\ndef f():\n    return dt.datetime.now().year\n", "datetime.datetime.now"),
        (
            "from datetime import datetime\ndef f():\n    return datetime.utcnow()\n",
            "datetime.datetime.utcnow",
        ),
        ("import time\ndef f():\n    return time.localtime()\n", "time.localtime"),
        ("import time\ndef g():\n    return time.time()\ndef f():\n    return g()\n", "time.time"),
        ("import time\nclass C:\n    def f(self):\n        time.sleep(1)\n", "time.sleep"),
    ],
)
def test_a_clock_is_named(text: str, clock: str) -> None:
    """Under whatever name it was imported, and through functions of the module."""
    assert reads_clock(text, "C.f" if "class C" in text else "f") == clock


@pytest.mark.parametrize(
    "text",
    [
        "def f(event):\n    return event.time()\n",
        "import time\ndef f(stamp):\n    return time.localtime(stamp)\n",
        "from datetime import datetime\ndef f(n):\n    return datetime.fromtimestamp(n)\n",
        "import time\ndef other():\n    return time.time()\ndef f():\n    return 1\n",
        "def time():\n    return 1\ndef f():\n    return time()\n",
    ],
)
def test_what_only_looks_like_a_clock_is_none(text: str) -> None:
    """A method of that name, a given moment, a clock in another function."""
    assert reads_clock(text, "f") == ""
