"""Reads a model's answer: JSON as asked for, else code blocks, else a bare function among prose."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

LONGEST_ANSWER: Final = 400_000  # characters; what is longer is not looked at
_MOST_REWRITES: Final = 8
_LONGEST_NOTE: Final = 200
_THOUGHTS = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.S | re.I)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[ \t]*([\w+-]*)[^\n]*\n(.*?)(?:^[ \t]*(?:```|~~~)|\Z)", re.S | re.M)
_DEFINITION = re.compile(r"^(?:@|def |async def |import |from )", re.M)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One rewrite as the model wrote it."""

    code: str
    note: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found in an answer and how it was written; no proposals means that it is prose."""

    form: Literal["json", "blocks", "bare", "prose"]
    proposals: tuple[Proposal, ...] = ()


def schema(count: int) -> dict[str, Any]:
    """The JSON schema of the answer that is asked for."""
    rewrite = {
        "type": "object",
        "properties": {"code": {"type": "string"}, "note": {"type": "string"}},
        "required": ["code", "note"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"rewrites": {"type": "array", "items": rewrite, "minItems": 1, "maxItems": count}},
        "required": ["rewrites"],
        "additionalProperties": False,
    }


def read(text: str) -> Answer:
    """Find the rewrites in an answer, however it is written."""
    text = _THOUGHTS.sub("", text[:LONGEST_ANSWER])
    found = [proposal for document in _documents(text) for proposal in _proposals(document)]
    if found:
        return Answer("json", tuple(found[:_MOST_REWRITES]))
    blocks = [Proposal(match.group(2), "") for match in _FENCE.finditer(text) if "def " in match.group(2)]
    if blocks:
        return Answer("blocks", tuple(blocks[:_MOST_REWRITES]))
    bare = _bare(text)
    return Answer("bare", (Proposal(bare, ""),)) if bare else Answer("prose")


def _documents(text: str) -> Iterator[Any]:
    """Yield the JSON document of the text: all of it, else of a code block, else the first that stands in it."""
    candidates = [text.strip(), *(match.group(2).strip() for match in _FENCE.finditer(text))]
    for candidate in candidates:
        if candidate.startswith(("{", "[")):
            try:
                yield json.loads(candidate, strict=False)
                return
            except (ValueError, RecursionError):
                continue
    decoder = json.JSONDecoder(strict=False)
    for match in list(re.finditer(r"[{\[]\s*[\"{]", text))[:20]:
        try:
            document, _ = decoder.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            continue
        if list(_proposals(document)):
            yield document
            return


def _proposals(document: Any) -> Iterator[Proposal]:
    if isinstance(document, dict):
        if isinstance(document.get("code"), str):
            yield Proposal(_unfenced(document["code"]), _note(document.get("note")))
            return
        document = next((value for value in document.values() if isinstance(value, list)), [])
    for item in document if isinstance(document, list) else []:
        if isinstance(item, dict) and isinstance(item.get("code"), str):
            yield Proposal(_unfenced(item["code"]), _note(item.get("note")))
        elif isinstance(item, str) and "def " in item:
            yield Proposal(_unfenced(item), "")


def _unfenced(code: str) -> str:
    match = _FENCE.search(code)
    return match.group(2) if match else code


def _note(value: Any) -> str:
    """One line of plain text."""
    text = " ".join(str(value or "").split())
    return "".join(sign for sign in text if sign.isprintable())[:_LONGEST_NOTE]


def _bare(text: str) -> str:
    """The longest run of lines from the first definition on that is Python; "" when there is none."""
    first = _DEFINITION.search(text)
    if first is None:
        return ""
    lines = text[first.start() :].splitlines()[:400]
    for end in range(len(lines), 0, -1):
        code = "\n".join(lines[:end])
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        return code if any(isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) for n in tree.body) else ""
    return ""
