"""JUnit XML, which every build server shows: a test case a file, a failure a finding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any
from xml.etree import ElementTree

# What XML 1.0 cannot hold, escaped or not.
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(findings: Sequence[dict[str, Any]]) -> str:
    """Return the report; `findings` in the order of their files. One passed case stands for a scan without any."""
    by_file = [(path, list(group)) for path, group in groupby(findings, key=lambda finding: finding["path"])]
    suite = ElementTree.Element(
        "testsuite", name="velox", tests=str(len(by_file) or 1), failures=str(len(by_file))
    )
    for path, found in by_file:
        case = ElementTree.SubElement(suite, "testcase", classname="velox", name=_fit(path))
        first = found[0]
        failure = ElementTree.SubElement(case, "failure", type=first["rule"], message=_fit(first["message"]))
        failure.text = "\n".join(
            _fit(f"{path}:{f['line']}:{f['column']}: {f['rule']} {f['message']} ({f['cost']})") for f in found
        )
    if not by_file:
        ElementTree.SubElement(suite, "testcase", classname="velox", name="no new findings")
    ElementTree.indent(suite)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suite, encoding="unicode") + "\n"


def _fit(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)
