"""Runs the command line's own commands as processes, so that editors and assistants get exactly their JSON."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any, Final

from velox_engine.jobs import end_process
from velox_engine.types import VeloxError

COMMAND: Final = (sys.executable, "-P", "-m", "velox_engine.cli.main")
_LONGEST_ERROR = 400


async def run_tool(arguments: Sequence[str], folder: str | None = None) -> dict[str, Any]:
    """Run one command with `--format json` and return its document; cancelling this ends it and what it started.

    Raises VeloxError with what the command says when it was used wrongly, or `tool-failed`.
    """
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *arguments,
        "--format",
        "json",
        "--quiet",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=folder,
        start_new_session=True,
    )
    try:
        out, errors = await process.communicate()
    finally:
        await end_process(process)
    try:
        document = json.loads(out)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        last = errors.decode("utf-8", "replace").strip()[-_LONGEST_ERROR:]
        raise VeloxError(
            "tool-failed",
            f"velox {arguments[0]} ended with code {process.returncode} without an answer. {last}".strip(),
            "See `velox doctor`.",
        )
    error = document.get("error")
    if isinstance(error, dict):
        raise VeloxError(str(error.get("code")), str(error.get("message", "")), str(error.get("hint", "")))
    return document
