"""Mutated files and generated code; `tests/bench/scan_fuzz.py` runs twenty thousand of them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "bench" / "scan_fuzz.py"


def test_no_input_makes_a_rule_fail() -> None:
    """And whole scans and scans by unit agree; the inputs are not all silent."""
    spec = importlib.util.spec_from_file_location("scan_fuzz", SCRIPT)
    assert spec is not None and spec.loader is not None
    fuzz = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fuzz)
    findings = 0
    for text in fuzz.inputs(seed=1, count=400):
        found, problem = fuzz.check(text)
        assert problem == "", text
        findings += found
    assert findings > 20
