"""The extension's package.json agrees with the engine and with itself."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

from velox_engine.settings import Settings

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "clients" / "vscode"


def generator() -> ModuleType:
    """Return the script that writes the settings."""
    spec = importlib.util.spec_from_file_location("vscode_settings", FOLDER / "settings.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_settings_are_those_of_the_engine() -> None:
    """`make docs` would change nothing in package.json."""
    assert generator().package_text() == (FOLDER / "package.json").read_text(encoding="utf-8"), (
        "run `make docs`"
    )


def test_every_setting_is_there_with_its_default_and_bounds() -> None:
    """Each setting of the engine but trust, which VS Code knows itself, is one of the extension."""
    properties = generator().properties()
    assert properties["velox.budget"]["default"] == Settings().budget
    assert properties["velox.budget"]["maximum"] == 3600
    assert properties["velox.verifyInIdle"]["type"] == "boolean"
    assert properties["velox.select"] == {
        "type": "array",
        "items": {"type": "string"},
        "default": [],
        "scope": "resource",
        "markdownDescription": "Rule ids or prefixes to report; empty: all.",
    }
    assert "velox.trust" not in properties
    assert len(properties) == len(Settings.__dataclass_fields__) - 1 + len(generator().OWN)


def test_commands_of_the_extension_are_registered_and_not_the_servers() -> None:
    """Every contributed command exists in the code, and none hides one that the server itself offers."""
    from velox_server.handlers.commands import COMMANDS

    package = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))
    contributed = {entry["command"] for entry in package["contributes"]["commands"]}
    source = (FOLDER / "src" / "extension.ts").read_text(encoding="utf-8")
    assert contributed == set(re.findall(r'register\("([\w.]+)"', source))
    assert not contributed & set(COMMANDS)
