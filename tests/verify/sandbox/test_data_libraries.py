"""numpy and pandas work in the strict profile, where nothing can be imported any more once a function runs."""

from __future__ import annotations

import sys

import pytest

from velox_engine.verify.sandbox import Case, Environment, Program, Sandbox, call_all

SOURCE = """
import io
import numpy as np
import pandas as pd

def f(n, what):
    frame = pd.DataFrame({"a": list(range(n)), "b": [str(i % 3) for i in range(n)]})
    days = frame.set_index(pd.date_range("2020-01-01", periods=n))
    return {
        "numpy": lambda: (np.arange(n).cumsum(), np.float32(n), np.linalg.norm(np.ones(n)), np.ma.array([1, n])),
        "group": lambda: frame.groupby("b")["a"].sum(),
        "merge": lambda: frame.merge(frame, on="b").head(3),
        "apply": lambda: frame.apply(lambda row: row["a"] * 2, axis=1),
        "category": lambda: frame["b"].astype("category"),
        "text": lambda: (frame["b"].str.upper().tolist(), pd.Timestamp("2020-01-01"), pd.NaT),
        "query": lambda: frame.query("a > 2"),
        "eval": lambda: frame.eval("c = a * 2"),
        "pivot": lambda: frame.pivot_table(index="b", values="a", aggfunc="mean"),
        "rolling": lambda: frame["a"].rolling(2).mean(),
        "resample": lambda: days["a"].resample("2D").sum(),
        "csv": lambda: pd.read_csv(io.StringIO(frame.to_csv())),
        "describe": lambda: frame.describe(),
        "reshape": lambda: (frame.melt(id_vars="b"), frame.explode("a"), pd.get_dummies(frame["b"])),
        "shown": lambda: (repr(frame), frame.to_dict("records"), frame.to_json()),
    }[what]()
"""
WHAT = ["numpy", "group", "merge", "apply", "category", "text", "query", "eval", "pivot", "rolling", "resample",
        "csv", "describe", "reshape", "shown"]  # fmt: skip


def test_everyday_functions_of_both_return_and_are_told_apart() -> None:
    pytest.importorskip("pandas", reason="pandas is optional")
    program = Program(SOURCE, "/p/m.py", "m", "", "f")
    with Sandbox(Environment(sys.executable)) as made:
        small = call_all(made, program, [Case((5, what)) for what in WHAT], seconds=10)
        again = call_all(made, program, [Case((5, what)) for what in WHAT], seconds=10)
        large = call_all(made, program, [Case((6, what)) for what in WHAT], seconds=10)
    for what, one, same, other in zip(WHAT, small, again, large, strict=True):
        assert one.kind == "returned", (what, one.text())
        assert one.payload == same.payload != other.payload
