"""The tools that coding assistants call: scan, verify, optimise. None of them writes a file.

What runs a function runs in a process of its own, one at a time since two would spoil each other's times; when the
assistant cancels, the process and all it started are ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Final, ParamSpec, TypeVar

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from velox_engine.cli.agents.replacement import with_function
from velox_engine.cli.agents.roots import Roots
from velox_engine.jobs import run_worker
from velox_engine.source.document import decode, read_source
from velox_engine.tools import run_tool
from velox_engine.types import VeloxError
from velox_engine.workspace.git import file_at

_INSTRUCTIONS: Final = """\
Velox measures Python code and proves rewrites by differential testing in a sandbox. Use velox_scan to find slow code, \
velox_optimize for a rewrite that is already verified and measured, and velox_verify to check a rewrite of your own \
BEFORE you call it faster or equivalent. Only status "verified" together with faster true supports "same behaviour and \
faster"; quote the speed-up with its interval. "refuted" comes with a counterexample: mend the rewrite or tell the \
person. "unverifiable" means that nothing is known: say so. Nothing that these tools do writes a file."""
_READS: Final = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_FINDINGS: Final = 50
_TICK: Final = 0.2
P = ParamSpec("P")
R = TypeVar("R")

PathText = Annotated[str, Field(description="Path of the file or folder, absolute or from the first root")]
FileText = Annotated[str, Field(description="Path of the Python file, absolute or from the first root")]
Name = Annotated[str, Field(description="Qualified name of the function, such as f or Class.method")]


def build(roots: Roots) -> MCPServer:
    """Make the server for these folders."""
    server = MCPServer("velox", version=version("velox-lsp"), instructions=_INSTRUCTIONS, log_level="WARNING")
    turn = asyncio.Lock()

    @server.tool(annotations=_READS, title="Find slow Python")
    @_told
    async def velox_scan(
        path: PathText = ".",
        since: Annotated[
            str | None, Field(description="Only files that differ from this git revision")
        ] = None,
        limit: Annotated[
            int, Field(ge=1, le=1000, description="How many findings and functions to return")
        ] = _FINDINGS,
    ) -> dict[str, Any]:
        """Find slow code in a file or folder without running any of it.

        Returns findings with rule, place, reason and cost, and the functions ranked by how promising they are.
        """
        place = roots.existing(path)
        arguments = ["scan", str(place)]
        if since is not None:
            arguments.append(f"--since={since}")
        document = await run_tool(arguments, str(roots.folders[0]))
        return {
            "summary": document["summary"],
            "findings": document["findings"][:limit],
            "functions": document["functions"][:limit],
        }

    @server.tool(annotations=_READS, title="Verify a rewrite of a function")
    @_told
    async def velox_verify(
        path: FileText,
        function: Name,
        context: Context,
        new_function: Annotated[
            str | None, Field(description="The new version: the whole function, nothing else")
        ] = None,
        new_file: Annotated[
            str | None,
            Field(
                description="Or the new text of the whole file, where the new version needs imports or helpers"
            ),
        ] = None,
        against: Annotated[
            str | None,
            Field(description="Or a git revision such as HEAD: the file as it is now is compared with that"),
        ] = None,
    ) -> dict[str, Any]:
        """Check whether a new version of a function behaves as the old one, and whether it is really faster.

        Give exactly one of new_function, new_file and against. Both versions run on the same inputs in a sandbox;
        everything observable is compared; the project's own tests that reach the function are run; time, memory and
        growth are measured. Takes seconds to a minute. Writes nothing.
        """
        if sum(given is not None for given in (new_function, new_file, against)) != 1:
            raise VeloxError("wrong-use", "Give one of new_function, new_file and against.", "Not several.")
        file = roots.file(path)
        source = read_source(file)
        old, new = source.text, source.text
        if new_function is not None:
            new = with_function(source, function, new_function)
        elif new_file is not None:
            new = new_file
        elif against is not None:
            before = file_at(file, against)
            if before is None:
                raise VeloxError("not-found", f"{path} is not in {against}.", "Name another revision.")
            old = decode(before, file).text
        request = {"command": "verify", "path": str(file), "text": old, "new_text": new, "function": function}
        async with turn:
            return await _worker(request, file, context)

    @server.tool(annotations=_READS, title="Find verified rewrites")
    @_told
    async def velox_optimize(
        path: FileText,
        context: Context,
        function: Annotated[
            str | None, Field(description="Qualified name; all functions when left out")
        ] = None,
    ) -> dict[str, Any]:
        """Rewrite functions of a file; only rewrites that were verified and measured as faster or lighter come back.

        Each suggestion has a diff, the new function, the speed-up with its 95 % interval and what the verdict rests
        on. Takes about ten seconds a function. Writes nothing: apply the diff yourself if the person wants it.
        """
        file = roots.file(path)
        request = {
            "command": "optimize",
            "path": str(file),
            "text": read_source(file).text,
            "function": function,
        }
        async with turn:
            document = await _worker(request, file, context)
        for one in document["functions"]:
            for suggestion in one["suggestions"]:
                del suggestion["new_source"]  # the diff says the same in fewer words
        return document

    return server


def _told(tool: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Let an error that a person can meet reach the assistant with what to do about it."""

    @wraps(tool)
    async def call(*args: P.args, **named: P.kwargs) -> R:
        try:
            return await tool(*args, **named)
        except VeloxError as error:
            raise ToolError(f"{error.code}: {error.message} {error.hint}".strip()) from error

    return call


async def _worker(request: dict[str, Any], file: Path, context: Context) -> dict[str, Any]:
    """Run one request in a worker, telling its progress; cancelling this ends the worker."""
    async with _telling(context) as tell:
        return await run_worker(request, tell, folder=str(file.parent))


@asynccontextmanager
async def _telling(context: Context) -> AsyncIterator[Callable[[str, int], None]]:
    """Give a function that takes progress at any pace and tells the latest of it to the assistant, in order."""
    latest: list[tuple[str, int]] = []

    async def pass_on() -> None:
        most = -1
        while True:
            if latest:
                message, percentage = latest.pop()
                latest.clear()
                # The protocol wants it to grow each time.
                most = max(most + 1, percentage)
                await context.report_progress(most, 100, message)
            await asyncio.sleep(_TICK)

    teller = asyncio.ensure_future(pass_on())
    try:
        yield lambda message, percentage: latest.append((message, percentage))
    finally:
        teller.cancel()
