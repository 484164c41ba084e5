"""SARIF 2.1.0, which code hosts and editors import (OASIS, sarif-v2.1.0-os)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {"warning": "warning", "info": "note", "hint": "note"}


def sarif(findings: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the log of one run; `findings` as `velox scan` prints them, each with its `known` line added."""
    from velox_engine.rules import RULES

    used = {finding["rule"] for finding in findings}
    rules = [rule for rule in RULES if rule.id in used]
    index = {rule.id: number for number, rule in enumerate(rules)}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "velox",
                        "version": version("velox-lsp"),
                        "rules": [
                            {
                                "id": rule.id,
                                "name": rule.name,
                                "shortDescription": {"text": rule.name.replace("-", " ")},
                                "defaultConfiguration": {"level": _LEVELS[rule.severity]},
                            }
                            for rule in rules
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, index[finding["rule"]]) for finding in findings],
            }
        ],
    }


def _result(finding: dict[str, Any], rule: int) -> dict[str, Any]:
    place: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": _location(finding["path"]),
            "region": {
                "startLine": finding["line"],
                "startColumn": finding["column"],
                "endLine": finding["end_line"],
                "endColumn": finding["end_column"],
            },
        }
    }
    if finding["function"]:
        place["logicalLocations"] = [{"fullyQualifiedName": finding["function"], "kind": "function"}]
    return {
        "ruleId": finding["rule"],
        "ruleIndex": rule,
        "level": _LEVELS[finding["severity"]],
        "message": {"text": f"{finding['message']} ({finding['cost']})"},
        "locations": [place],
        "partialFingerprints": {"velox/v1": _fingerprint(finding)},
    }


def _location(path: str) -> dict[str, Any]:
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(Path(path).as_posix()), "uriBaseId": "%SRCROOT%"}


def _fingerprint(finding: dict[str, Any]) -> str:
    parts = (finding["path"], finding["rule"], finding["function"], finding["text"])
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
