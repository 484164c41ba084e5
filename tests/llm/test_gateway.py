"""The gateway asks models in their order over real HTTP, within budget, remembering answers and writing all down."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from scripted_model import Babbles, Fails, Hangs, Says, ScriptedModel, Turn, scripted_model

from velox_engine.experience.location import data_dir
from velox_engine.llm import Gateway, Message, Question
from velox_engine.llm.audit import AuditLog
from velox_engine.llm.process import ModelProcess
from velox_engine.settings import parse
from velox_engine.types import VeloxError

NOBODY = "http://127.0.0.1:9/v1"  # the discard port: nothing listens there


def question(text: str = "make it faster", path: str = "code.py") -> Question:
    return Question((Message("user", text),), path, "f", "caching", {"type": "object"}, 256)


def gateway(process: ModelProcess, root: Path, **settings: Any) -> Gateway:
    base = {"llm_primary": "openai/one", "llm_retries": 0}
    return Gateway(parse({**base, **settings}), root, process)


def test_the_answer_comes_back_with_its_figures(process: ModelProcess, tmp_path: Path) -> None:
    """One request, one answer: text, tokens and price as the service counts them."""
    with scripted_model([Says("hello")]) as model:
        reply = gateway(process, tmp_path, llm_primary_url=model.url).ask(question())
    assert (reply.text, reply.tier, reply.prompt_tokens, reply.cost, reply.cached) == (
        "hello", "primary", 100, 0.0, False,
    )  # fmt: skip
    assert model.requests[0]["model"] == "one"
    assert model.requests[0]["response_format"]["json_schema"]["schema"] == {"type": "object"}


@pytest.mark.parametrize(
    "trouble", [Fails(500), Fails(429), Fails(401), Fails(404), Hangs(), Babbles(), Says(" ")]
)
def test_the_second_model_is_asked_when_the_first_fails(
    process: ModelProcess, tmp_path: Path, trouble: Turn
) -> None:
    """Errors, time-outs, endless and empty answers of the primary lead to the secondary."""
    with scripted_model([trouble]) as first, scripted_model([Says("second")]) as second:
        asked = gateway(
            process, tmp_path, llm_primary_url=first.url, llm_secondary="openai/two",
            llm_secondary_url=second.url, llm_timeout=3,
        )  # fmt: skip
        reply = asked.ask(question())
    assert (reply.text, reply.tier) == ("second", "secondary")
    assert first.requests
    assert second.requests


def test_the_local_model_is_asked_when_nobody_listens(process: ModelProcess, tmp_path: Path) -> None:
    """Refused connections of both others lead to the local model."""
    with scripted_model([Says("local")]) as local:
        asked = gateway(
            process, tmp_path, llm_primary_url=NOBODY, llm_secondary="openai/two",
            llm_secondary_url=NOBODY, llm_local="openai/three", llm_local_url=local.url,
        )  # fmt: skip
        assert asked.ask(question()).tier == "local"
    reasons = [record.reason for record in AuditLog().read() if record.status == "failed"]
    assert len(reasons) == 2
    assert all("connection" in reason for reason in reasons)


def test_no_answer_at_all_says_what_each_model_said(process: ModelProcess, tmp_path: Path) -> None:
    """The error names every model and its trouble."""
    with scripted_model([Fails(500)]) as model:
        asked = gateway(
            process, tmp_path, llm_primary_url=model.url, llm_secondary="openai/two", llm_secondary_url=NOBODY
        )
        with pytest.raises(
            VeloxError, match=r"one\): it failed \(HTTP 500\).*two\): the connection"
        ) as caught:
            asked.ask(question())
    assert caught.value.code == "no-model-answered"


def test_a_passing_failure_is_tried_again(process: ModelProcess, tmp_path: Path) -> None:
    """With one retry, a model that fails once answers on the second attempt; a refused key is not tried again."""
    with scripted_model([Fails(503), Says("now")]) as model:
        assert (
            gateway(process, tmp_path, llm_primary_url=model.url, llm_retries=1).ask(question()).text == "now"
        )
        assert len(model.requests) == 2
    with scripted_model([Fails(401)]) as model, pytest.raises(VeloxError, match="refuses the key"):
        gateway(process, tmp_path, llm_primary_url=model.url, llm_retries=1).ask(question())
    assert len(model.requests) == 1


def test_a_service_that_knows_no_schema_is_asked_without(process: ModelProcess, tmp_path: Path) -> None:
    """HTTP 400 to a request with a schema leads to the same request without it."""

    def answer(body: dict[str, Any]) -> Turn:
        return Fails(400) if "response_format" in body else Says("plain")

    with scripted_model(answer) as model:
        assert gateway(process, tmp_path, llm_primary_url=model.url).ask(question()).text == "plain"


def test_a_model_that_keeps_failing_is_left_alone_for_a_while(process: ModelProcess, tmp_path: Path) -> None:
    """After two failures in a row, also of another gateway, no request goes there; an answer clears the record."""
    with scripted_model([Fails(500)]) as model:
        for _ in range(3):
            with pytest.raises(VeloxError) as caught:
                gateway(process, tmp_path, llm_primary_url=model.url).ask(question())
        assert len(model.requests) == 2
        assert "failed 2 times" in caught.value.message


def test_the_same_question_is_asked_once(process: ModelProcess, tmp_path: Path) -> None:
    """An answer is remembered by prompt and model, across gateways; another prompt or model is asked."""
    with scripted_model([Says("hello")]) as model:
        for _ in range(2):
            reply = gateway(process, tmp_path, llm_primary_url=model.url).ask(question())
        assert (reply.cached, reply.text, reply.cost, len(model.requests)) == (True, "hello", 0.0, 1)
        gateway(process, tmp_path, llm_primary_url=model.url).ask(question("other"))
        gateway(process, tmp_path, llm_primary_url=model.url, llm_primary="openai/other").ask(question())
        gateway(process, tmp_path, llm_primary_url=model.url, cache=False).ask(question())
    assert len(model.requests) == 4
    assert len(list(AuditLog().read())) == 4, "an answer from memory sends nothing"


def test_a_planted_pickle_in_the_answers_is_never_loaded(process: ModelProcess, tmp_path: Path) -> None:
    """What is no JSON text in the cache counts as not there."""
    with scripted_model([Says("hello")]) as model:
        first = gateway(process, tmp_path, llm_primary_url=model.url)
        first.ask(question())
        with sqlite3.connect(data_dir() / "cache" / "answers" / "cache.db") as connection:
            connection.execute(
                "UPDATE Cache SET mode = 4, filename = NULL, value = ?", (b"cos\nsystem\n(S'x'\ntR.",)
            )
        assert gateway(process, tmp_path, llm_primary_url=model.url).ask(question()).cached is False


@pytest.mark.parametrize(
    ("limit", "says"),
    [({"llm_daily_requests": 1}, "1 of 1 requests"), ({"llm_daily_tokens": 300}, "tokens were used")],
)
def test_the_budget_ends_the_day(
    process: ModelProcess, tmp_path: Path, limit: dict[str, int], says: str
) -> None:
    """Once a day's requests or tokens are used up, nothing more is sent, also by another gateway."""
    with scripted_model([Says("hello")]) as model:
        gateway(process, tmp_path, llm_primary_url=model.url, **limit).ask(question("first"))
        with pytest.raises(VeloxError, match=says) as caught:
            gateway(process, tmp_path, llm_primary_url=model.url, **limit).ask(question("second"))
    assert caught.value.code == "llm-budget"
    assert len(model.requests) == 1


def test_nothing_is_sent_to_other_machines_unless_allowed(process: ModelProcess, tmp_path: Path) -> None:
    """With local-only, which is the default, a remote model is skipped and the one on this machine asked."""
    with scripted_model([Says("here")]) as model:
        asked = gateway(
            process, tmp_path, llm_primary="anthropic/claude", llm_secondary="openai/two",
            llm_secondary_url=model.url,
        )  # fmt: skip
        assert asked.ask(question()).tier == "secondary"
    assert [record.where for record in AuditLog().read()] == [model.url.split("/")[2]]
    alone = gateway(process, tmp_path, llm_primary="anthropic/claude")
    assert not alone.enabled
    with pytest.raises(VeloxError, match="is not this machine, and llm-local-only is on"):
        alone.ask(question())


def test_without_models_there_is_no_process(tmp_path: Path) -> None:
    """Nothing set up: nothing is started, nothing sent, nothing written."""
    process = ModelProcess()
    asked = Gateway(parse({}), tmp_path, process)
    assert not asked.enabled
    with pytest.raises(VeloxError, match="No model is set up"):
        asked.ask(question())
    assert process.pid is None
    assert not (data_dir() / "audit").exists()


def test_excluded_files_are_never_sent(process: ModelProcess, tmp_path: Path) -> None:
    """A path that the setting names is refused before anything else happens."""
    with scripted_model([Says("hello")]) as model:
        asked = gateway(process, tmp_path, llm_primary_url=model.url, llm_exclude=["secret/"])
        with pytest.raises(VeloxError) as caught:
            asked.ask(question(path=str(tmp_path / "secret" / "keys.py")))
        asked.ask(question(path=str(tmp_path / "open" / "keys.py")))
    assert caught.value.code == "llm-excluded"
    assert len(model.requests) == 1


def test_secrets_stay_here_and_come_back(process: ModelProcess, tmp_path: Path) -> None:
    """The service sees a placeholder; the answer has the secret in its place again; the record counts it."""
    secret = "AKIA" + "IOSFODNN7EXAMPLE"

    def echo(body: dict[str, Any]) -> Turn:
        return Says(body["messages"][-1]["content"])

    with scripted_model(echo) as model:
        reply = gateway(process, tmp_path, llm_primary_url=model.url).ask(question(f"key = '{secret}'"))
    assert secret not in json.dumps(model.requests)
    assert reply.text == f"key = '{secret}'"
    assert sum(next(AuditLog().read()).redactions.values()) == 1


def test_a_key_goes_only_where_it_belongs(
    process: ModelProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The provider's usual key is not sent to another address; a variable named for it is."""
    monkeypatch.setenv("OPENAI_API_KEY", "usual-key")
    monkeypatch.setenv("MY_KEY", "named-key")

    def asked(model: ScriptedModel, **more: str) -> str:
        gateway(process, tmp_path, llm_primary_url=model.url, cache=False, **more).ask(question())
        return json.dumps(model.headers)

    with scripted_model([Says("a")]) as model:
        assert "usual-key" not in asked(model)
        assert "named-key" in asked(model, llm_primary_key="MY_KEY")
    with pytest.raises(VeloxError, match="NO_SUCH_KEY holds no key"):
        gateway(process, tmp_path, llm_primary_url=NOBODY, llm_primary_key="NO_SUCH_KEY").ask(question())


@pytest.mark.parametrize(
    ("model", "path", "header"),
    [
        ("openai/m", "/v1/chat/completions", "authorization"),
        ("openrouter/vendor/m", "/v1/chat/completions", "authorization"),
        ("anthropic/claude-3-5-haiku-latest", "/v1/messages", "x-api-key"),
        ("ollama/m", "/api/chat", ""),
    ],
)
def test_each_provider_is_spoken_to_in_its_own_way(
    process: ModelProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str, path: str, header: str
) -> None:
    """The request goes to the provider's own path, its key to its own header, and the streamed answer is counted."""
    monkeypatch.setenv("SOME_KEY", "the-key")
    text = "an answer of several pieces " * 4
    with scripted_model([Says(text)]) as server:
        url = server.url if path.endswith("completions") else server.url.removesuffix("/v1")
        key = {"llm_primary_key": "SOME_KEY"} if header else {}
        asked = gateway(process, tmp_path, llm_primary=model, llm_primary_url=url, **key)
        reply = asked.ask(question("my question"))
    assert reply.text == text
    assert (reply.prompt_tokens, reply.completion_tokens) == (100, len(text) // 4)
    assert server.paths[0] == path  # litellm asks Ollama about the model too
    assert server.requests[0]["model"] == model.partition("/")[2]
    assert "my question" in json.dumps(server.requests[0]["messages"])
    if header:
        assert "the-key" in server.headers[0][header]
    else:
        assert "the-key" not in json.dumps(server.headers)


def test_progress_streams_in(process: ModelProcess, tmp_path: Path) -> None:
    """While the answer comes in, the person hears of it."""
    heard: list[str] = []
    with scripted_model([Says("word " * 400)]) as model:
        gateway(process, tmp_path, llm_primary_url=model.url).ask(question(), progress=heard.append)
    assert heard[0] == "asking openai/one"
    assert any("characters so far" in line for line in heard)


@pytest.mark.parametrize(
    "settings",
    [
        {"llm_primary": "gpt-4"},
        {"llm_primary": "bedrock/x"},
        {"llm_primary": "no/such/file.gguf"},
        {"llm_primary": "openai/x", "llm_primary_url": "not an address"},
        {"llm_local": "openai/x"},
    ],
)
def test_models_that_cannot_be_meant_are_named(tmp_path: Path, settings: dict[str, str]) -> None:
    """A wrong name is an error that says what to write."""
    with pytest.raises(VeloxError) as caught:
        Gateway(parse(settings), tmp_path)
    assert caught.value.code == "bad-model"
    assert caught.value.hint
