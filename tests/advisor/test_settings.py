"""Settings: every spelling is read, every mistake is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from velox_engine.settings import Settings, documented, load_project, parse
from velox_engine.types import VeloxError


@pytest.mark.parametrize("key", ["max_suggestions", "max-suggestions", "maxSuggestions"])
def test_keys_are_read_in_every_spelling(key: str) -> None:
    """pyproject writes dashes, editors camel case."""
    assert parse({key: 5}).max_suggestions == 5


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("nonsense", 1, "unknown setting"),
        ("strict", 1, "not a bool"),
        ("seed", True, "not a int"),
        ("seed", "1", "not a int"),
        ("budget", 0.0, "outside"),
        ("select", "VX101", "list of strings"),
        ("min_speedup", 1.0, "outside"),  # the acceptance rule may be tightened only
    ],
)
def test_wrong_values_are_refused_with_the_reason(key: str, value: object, says: str) -> None:
    """A setting that cannot be meant is an error that names it."""
    with pytest.raises(VeloxError, match=says) as caught:
        parse({key: value}, origin="here")
    assert caught.value.code == "bad-setting"


def test_project_table_is_read(tmp_path: Path) -> None:
    """[tool.velox] of pyproject.toml overrides the defaults."""
    (tmp_path / "pyproject.toml").write_text("[tool.velox]\nignore = ['VX301']\ncall-seconds = 1\n")
    settings = load_project(tmp_path)
    assert settings.ignore == ("VX301",)
    assert settings.call_seconds == 1.0


def test_no_project_file_means_defaults(tmp_path: Path) -> None:
    """A folder without pyproject.toml is fine."""
    assert load_project(tmp_path) == Settings()


def test_broken_project_file_is_named(tmp_path: Path) -> None:
    """A file that is not TOML is an error with its path."""
    (tmp_path / "pyproject.toml").write_text("[tool.velox\n")
    with pytest.raises(VeloxError, match=r"pyproject\.toml"):
        load_project(tmp_path)


def test_every_setting_is_documented() -> None:
    """The generated page lists each setting with a sentence."""
    assert all(doc.rstrip(")").strip() for _, _, doc in documented())
