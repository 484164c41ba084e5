"""`velox mcp`, talked to by the SDK's own client over pipes: three tools, kept inside the roots, cancellable."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

SHOP = '''"""A shop."""


def unique(names: list[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        if name not in found:
            found.append(name)
    return found


class Till:
    def cheapest(self, prices: list[int]) -> int:
        """The lowest price, or
        an error."""
        return sorted(prices)[0]
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one module, beside a file that no assistant may see."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "shop.py").write_text(SHOP)
    (tmp_path / "secret.py").write_text("def unique(names):\n    return names\n")
    (folder / "link.py").symlink_to(tmp_path / "secret.py")
    return folder


@asynccontextmanager
async def connected(project: Path) -> AsyncIterator[Client]:
    environment = {**os.environ, "VELOX_DATA_DIR": str(project.parent / "data")}
    command = ["-m", "velox_engine.cli.main", "mcp", "--root", str(project)]
    transport = stdio_client(StdioServerParameters(command=sys.executable, args=command, env=environment))
    async with Client(transport) as client:
        yield client


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments, read_timeout_seconds=180)
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return result.structured_content


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments, read_timeout_seconds=60)
    assert result.is_error, result.structured_content
    return " ".join(str(getattr(part, "text", "")) for part in result.content)


async def test_the_tools_say_what_they_do_and_that_they_only_read(project: Path) -> None:
    """An assistant sees three tools with schemas, all marked as read-only, and how to use the verdicts."""
    async with connected(project) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"velox_scan", "velox_verify", "velox_optimize"}
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())
        assert set(tools["velox_verify"].input_schema["required"]) == {"path", "function"}
        assert "refuted" in (client.instructions or "")


async def test_scan_and_optimise_find_what_is_slow(project: Path) -> None:
    """A scan runs nothing; an optimised function comes back as a diff with its evidence, told with progress."""
    async with connected(project) as client:
        found = await call(client, "velox_scan", path="shop.py")
        assert "VX103" in {finding["rule"] for finding in found["findings"]}
        told: list[tuple[float, str | None]] = []

        async def progress(done: float, total: float | None, message: str | None) -> None:
            told.append((done, message))

        result = await client.call_tool(
            "velox_optimize",
            {"path": "shop.py", "function": "unique"},
            read_timeout_seconds=180,
            progress_callback=progress,
        )
        assert result.structured_content is not None
        (function,) = result.structured_content["functions"]
        assert function["status"] == "improved"
        assert "+++ b/shop.py" in function["suggestions"][0]["diff"]
        assert "new_source" not in function["suggestions"][0]
        assert [done for done, _ in told] == sorted({done for done, _ in told}), "it only grows"
        assert told
    assert (project / "shop.py").read_text() == SHOP


async def test_an_assistants_own_rewrites_are_judged(project: Path) -> None:
    """A right rewrite is verified and measured, a wrong one refuted with an input; a method may come unindented."""
    async with connected(project) as client:
        right = "def unique(names: list[str]) -> list[str]:\n    return list(dict.fromkeys(names))\n"
        good = await call(client, "velox_verify", path="shop.py", function="unique", new_function=right)
        assert (good["status"], good["faster"]) == ("verified", True)
        assert good["speedup"]["low"] > 1
        wrong = right.replace("list(dict.fromkeys(names))", "sorted(set(names))")
        bad = await call(client, "velox_verify", path="shop.py", function="unique", new_function=wrong)
        assert bad["status"] == "refuted"
        assert bad["counterexample"]["inputs"]
        method = "def cheapest(self, prices: list[int]) -> int:\n    return max(prices)\n"
        other = await call(
            client, "velox_verify", path="shop.py", function="Till.cheapest", new_function=method
        )
        assert other["status"] == "refuted"
    assert (project / "shop.py").read_text() == SHOP


async def test_nothing_outside_the_roots_is_looked_at(project: Path) -> None:
    """Paths above, absolute ones, and links that lead out are refused in the same words, existing or not."""
    async with connected(project) as client:
        for path in (
            "../secret.py",
            "../missing.py",
            str(project.parent / "secret.py"),
            "link.py",
            "/etc/passwd",
        ):
            says = [
                await refused(client, "velox_scan", path=path),
                await refused(client, "velox_optimize", path=path, function="unique"),
                await refused(client, "velox_verify", path=path, function="unique", new_file="x = 1"),
            ]
            assert all("outside-roots" in one for one in says)
        assert "not-found" in await refused(client, "velox_scan", path="nothing.py")


async def test_mistakes_are_told_with_the_way_out(project: Path) -> None:
    """Two texts at once, a text that is no function, another name, an unknown function and a bad revision."""
    async with connected(project) as client:
        given = {"path": "shop.py", "function": "unique"}
        assert "wrong-use" in await refused(client, "velox_verify", **given)
        assert "wrong-use" in await refused(client, "velox_verify", **given, new_file="", against="HEAD")
        assert "new_file" in await refused(client, "velox_verify", **given, new_function="import os\nx = 1")
        assert "Keep the name" in await refused(
            client, "velox_verify", **given, new_function="def f():\n    pass"
        )
        assert "no-such-function" in await refused(
            client, "velox_verify", path="shop.py", function="missing", new_file=SHOP
        )
        assert "no-repository" in await refused(client, "velox_verify", **given, against="HEAD")


async def test_cancelling_ends_the_work(project: Path) -> None:
    """After a cancelled call no worker is left, and the next call is answered."""
    (project / "slow.py").write_text(
        "def wait(n: int) -> int:\n    total = 0\n    for i in range(n % 50):\n        for j in range(200000):\n"
        "            total += i * j\n    return total\n"
    )
    async with connected(project) as client:
        task = asyncio.ensure_future(
            client.call_tool("velox_optimize", {"path": "slow.py", "function": "wait"})
        )
        await until(lambda: bool(workers(project)))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: not workers(project))
        assert (await call(client, "velox_scan", path="shop.py"))["summary"]["files"] == 1


async def until(holds: Any, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        await asyncio.sleep(0.05)


def workers(project: Path) -> list[int]:
    """The workers at work in the project's folder."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                if (
                    "advisor.worker" in (process / "cmdline").read_text()
                    and (process / "cwd").resolve() == project
                ):
                    found.append(int(process.name))
            except OSError:
                continue
    return found
