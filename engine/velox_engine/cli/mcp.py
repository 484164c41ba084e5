"""`velox mcp`: scan, verify and optimise as tools for coding assistants, over the Model Context Protocol."""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path

from velox_engine.cli import output
from velox_engine.types import VeloxError


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "mcp",
        help="tools for coding assistants, over the Model Context Protocol",
        description=(
            "Serve scan, verify and optimise as tools on standard input and output. An assistant starts this command "
            "itself; no tool writes a file, and none looks outside the roots."
        ),
        epilog="Needs the extra: pip install 'velox-lsp[mcp]'. Set-up of assistants: docs/agents.md.",
    )
    parser.add_argument(
        "--root",
        type=Path,
        action="append",
        metavar="DIR",
        help="folder that the assistant may name files of; may be repeated; default: the current folder",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until standard input ends."""
    if find_spec("mcp") is None or find_spec("mcp.server.mcpserver") is None:
        raise VeloxError(
            "missing-extra", "The MCP SDK is not installed.", "Run: pip install 'velox-lsp[mcp]'"
        )
    from velox_engine.cli.agents.roots import Roots
    from velox_engine.cli.agents.server import build

    build(Roots.of(args.root or [Path()])).run("stdio")
    return output.DONE
