"""Writes the settings of package.json from the engine's, the one source of names, defaults, bounds and descriptions."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from velox_engine.settings import Settings

PACKAGE = Path(__file__).parent / "package.json"
# What only the extension itself reads: where its server is, and how much of the conversation to log.
OWN = {
    "velox.server.python": {
        "type": "string",
        "default": "",
        "scope": "machine-overridable",
        "markdownDescription": "Python that has the Velox server installed; empty: found or asked for.",
    },
    "velox.trace.server": {
        "type": "string",
        "enum": ["off", "messages", "verbose"],
        "default": "off",
        "scope": "window",
        "markdownDescription": "What to log of the conversation with the server.",
    },
}
# VS Code has a notion of trust of its own, which the extension sends.
LEFT_OUT = {"trust"}
# What could run a program of somebody else's choice must not come from a shared settings file unnoticed.
MACHINE = {"interpreter", "test_command", "allow_unconfined", "database"}


def properties() -> dict[str, dict[str, Any]]:
    """Return the properties of `contributes.configuration`."""
    found: dict[str, dict[str, Any]] = {}
    for spec in dataclasses.fields(Settings):
        if spec.name not in LEFT_OUT:
            found[f"velox.{_camel(spec.name)}"] = _property(spec)
    return found | OWN


def _property(spec: dataclasses.Field[Any]) -> dict[str, Any]:
    default = spec.default
    made: dict[str, Any] = {}
    if isinstance(default, bool):
        made["type"] = "boolean"
    elif isinstance(default, int):
        made["type"] = "integer"
    elif isinstance(default, float):
        made["type"] = "number"
    elif isinstance(default, tuple):
        made |= {"type": "array", "items": {"type": "string"}}
        default = list(default)
    else:
        made["type"] = "string"
    made["default"] = default
    for name, bound in (("minimum", "low"), ("maximum", "high")):
        if spec.metadata[bound] is not None:
            made[name] = spec.metadata[bound]
    # Where code and keys are sent is the person's own affair: no folder's settings file may say it.
    own = spec.metadata["scope"] == "own"
    made["scope"] = "machine" if own else "machine-overridable" if spec.name in MACHINE else "resource"
    made["markdownDescription"] = spec.metadata["doc"]
    return made


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def package_text() -> str:
    """Return package.json as it should be."""
    package = json.loads(PACKAGE.read_text(encoding="utf-8"))
    package["contributes"]["configuration"]["properties"] = properties()
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PACKAGE.write_text(package_text(), encoding="utf-8")
