"""Annotations that GitHub Actions shows beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

_COMMANDS: Final = {"warning": "warning", "info": "notice", "hint": "notice"}


def workflow_commands(findings: Sequence[dict[str, Any]]) -> str:
    """Return one workflow command a finding; `findings` as `velox scan` prints them."""
    return "".join(
        f"::{_COMMANDS[finding['severity']]} file={_property(finding['path'])},line={finding['line']},"
        f"col={finding['column']},endLine={finding['end_line']},"
        f"title={_property(finding['rule'] + ' ' + finding['name'])}::"
        f"{_data(finding['message'] + ' ' + finding['cost'])}\n"
        for finding in findings
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
