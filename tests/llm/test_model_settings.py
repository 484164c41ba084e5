"""Where code may go is the person's to say, never the repository's; a project may only tighten."""

from __future__ import annotations

from pathlib import Path

import pytest

from velox_engine.settings import load_project, own_file, parse
from velox_engine.types import VeloxError


def project(folder: Path, text: str) -> Path:
    (folder / "pyproject.toml").write_text(text)
    return folder


@pytest.mark.parametrize(
    "line",
    [
        "llm-primary = 'openai/x'",
        "llm-primary-url = 'https://evil.example/v1'",
        "llm-primary-key = 'AWS_SECRET_ACCESS_KEY'",
        "llm-local-only = false",
        "llm = true",
        "llm-daily-cost = 1000.0",
        "llm-timeout = 1.0",
    ],
)
def test_a_project_cannot_open_anything(tmp_path: Path, line: str) -> None:
    """A pyproject.toml that names a model, address, key or more budget is an error that says where it belongs."""
    with pytest.raises(VeloxError, match="not for a project to decide") as caught:
        load_project(project(tmp_path, f"[tool.velox]\n{line}\n"))
    assert str(own_file()) in caught.value.hint


def test_a_project_may_tighten(tmp_path: Path) -> None:
    """It may switch models off, keep paths from them, lower budgets and insist on this machine."""
    own_file().write_text(
        "[llm]\nprimary = 'openai/x'\nlocal-only = false\nexclude = ['mine/']\ndaily-cost = 1.0\n"
    )
    text = "[tool.velox.llm]\nexclude = ['theirs/']\nlocal-only = true\ndaily-cost = 0.5\n[tool.velox]\n"
    settings = load_project(project(tmp_path, text.replace("[tool.velox]\n", "")))
    assert settings.llm_primary == "openai/x"
    assert settings.llm_local_only is True
    assert settings.llm_exclude == ("mine/", "theirs/")
    assert settings.llm_daily_cost == 0.5
    assert load_project(project(tmp_path, "[tool.velox]\nllm = false\n")).llm is False


def test_the_default_is_that_nothing_is_asked(tmp_path: Path) -> None:
    """Without settings there is no model, and remote ones would not be asked either."""
    settings = load_project(tmp_path)
    assert (settings.llm_primary, settings.llm_secondary, settings.llm_local) == ("", "", "")
    assert settings.llm_local_only is True


@pytest.mark.parametrize("key", ["llm.localOnly", "llm-local-only", "llmLocalOnly"])
def test_editors_spell_it_their_way(key: str) -> None:
    """`velox.llm.localOnly` of an editor is the setting llm-local-only."""
    assert parse({key: False}).llm_local_only is False
