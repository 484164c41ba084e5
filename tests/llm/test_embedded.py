"""A model in a file answers in pieces and is stopped at its next word, with a stand-in for llama.cpp."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from velox_engine.llm import transports
from velox_engine.llm.transports import Failed

Chunks = list[dict[str, Any]]


def piece(text: str) -> dict[str, Any]:
    return {"choices": [{"delta": {"content": text}}]}


class Library:
    """What `transports` uses of xllamacpp, answering with given chunks."""

    def __init__(self, chunks: Chunks) -> None:
        self.chunks = chunks
        self.loaded: list[str] = []
        self.bodies: list[dict[str, Any]] = []
        self.taken = 0

    def CommonParams(self) -> SimpleNamespace:
        names = ("model", "cpuparams", "cpuparams_batch")
        return SimpleNamespace(**{name: SimpleNamespace() for name in names})

    def Server(self, parameters: SimpleNamespace) -> Library:
        if parameters.model.path == "broken.gguf":
            raise RuntimeError("bad magic")
        self.loaded.append(parameters.model.path)
        return self

    def handle_chat_completions(self, body: dict[str, Any], take: Callable[[Any], bool]) -> None:
        self.bodies.append(body)
        for chunk in self.chunks:
            self.taken += 1
            if take(chunk):
                return


def request(**more: Any) -> dict[str, Any]:
    base = {
        "model": "a.gguf",
        "messages": [{"role": "user", "content": "hello there"}],
        "schema": {"type": "object"},
    }
    return {**base, "max_tokens": 10, "temperature": 0, "timeout": 30, "most_chars": 100, **more}


def ask(library: Library, *requests: dict[str, Any]) -> list[dict[str, Any]]:
    embedded = transports._Embedded(library)
    return [asyncio.run(embedded.ask(one, lambda received: None)) for one in requests]


def test_the_answer_is_put_together() -> None:
    """Pieces and the counts of tokens come back; the schema goes along; the file is loaded once."""
    library = Library(
        [piece("one "), piece("two"), {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}]
    )
    first, _ = ask(library, request(), request(schema=None))
    assert first == {"text": "one two", "prompt_tokens": 7, "completion_tokens": 2, "cost": 0.0}
    assert library.loaded == ["a.gguf"]
    assert library.bodies[0]["json_schema"] == {"type": "object"}
    assert "json_schema" not in library.bodies[1]


def test_a_model_goes_on_with_the_beginning_it_is_given() -> None:
    """The function's first line is put into its mouth, stands before what it says, and the block's end is its end."""
    library = Library([piece("    return 1")])
    (answer,) = ask(library, request(schema=None, opening="```python\ndef f():\n"))
    assert answer["text"] == "```python\ndef f():\n    return 1"
    assert library.bodies[0]["messages"][-1] == {"role": "assistant", "content": "```python\ndef f():\n"}
    assert library.bodies[0]["stop"] == ["\n```"]


def test_a_beginning_alone_is_no_answer() -> None:
    """A model that adds nothing has not answered."""
    with pytest.raises(Failed) as caught:
        ask(Library([piece(" ")]), request(schema=None, opening="```python\ndef f():\n"))
    assert caught.value.kind == "empty"


@pytest.mark.parametrize(
    ("chunks", "more", "kind"),
    [
        ([piece("x" * 60)] * 50, {}, "too-long"),
        ([piece("x")] * 50, {"timeout": -1}, "timeout"),
        ([{"error": {"message": "the prompt is too long"}}, piece("x")], {}, "rejected"),
        ([{"code": 400, "message": "the prompt is too long"}, piece("x")], {}, "rejected"),
        ([], {}, "empty"),
        ([piece("x")], {"model": "broken.gguf"}, "unknown"),
    ],
)
def test_trouble_ends_the_answer_at_once(chunks: Chunks, more: dict[str, Any], kind: str) -> None:
    """Too long, too slow, refused, empty, not loadable: the model is stopped and the kind of trouble named."""
    library = Library(chunks)
    with pytest.raises(Failed) as caught:
        ask(library, request(**more))
    assert caught.value.kind == kind
    assert library.taken <= 2


def test_a_missing_library_says_what_to_install() -> None:
    """The extra is named."""
    import sys

    hidden = {name: sys.modules.get(name) for name in ("xllamacpp",)}
    sys.modules["xllamacpp"] = None  # type: ignore[assignment]
    try:
        with pytest.raises(Failed, match=r"velox-lsp\[gguf\]"):
            transports.load("gguf")
    finally:
        for name, module in hidden.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
