"""The `velox` command: parses the line, runs one subcommand, and turns errors into exit codes (DESIGN §9)."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from velox_engine import cancelling
from velox_engine.cli import output
from velox_engine.types import VeloxError

# Name → module with `add_parser(subparsers)` and `run(args) -> int`, and the line of help shown for it.
COMMANDS: Final[dict[str, str]] = {
    "scan": "find slow code",
    "check": "fail on new findings, for continuous integration",
    "optimize": "rewrite slow functions, with evidence",
    "coordinate": "rewrites that touch several files at once",
    "callers": "who imports a module and calls a function",
    "verify": "compare two versions of a function",
    "review": "what a pull request does to speed, with evidence",
    "report": "write a page of hotspots, rewrites and evidence",
    "inputs": "print the inputs Velox would test a function on",
    "record": "record real arguments while a command runs",
    "profile": "measure where a command's processor time goes",
    "monitor": "follow a folder: new hotspots, and what got slower",
    "rules": "list and explain the rules",
    "feedback": "what you accepted and rejected",
    "train": "collect measured outcomes and train the policy",
    "policy": "the policy that orders the strategies",
    "mcp": "tools for coding assistants",
    "audit": "what was sent, offered and chosen",
    "patterns": "what was learned from accepted rewrites, and where it fits",
    "metrics": "how often it helped, what was taken, what it cost",
    "data": "where your data is; export, import, purge, encrypt it",
    "doctor": "check what works on this machine",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    cancelling.install()
    args = argparse.Namespace()
    try:
        # Already here: a signal may come while the command's modules are still being imported.
        parser = _parser(arguments)
        args = parser.parse_args(arguments)
        if not getattr(args, "run", None):
            parser.print_help(sys.stderr)
            return output.WRONG_USE
        return args.run(args)
    except VeloxError as error:
        return output.fail(error, args)
    except KeyboardInterrupt:
        print("velox: cancelled; nothing was changed", file=sys.stderr)
        return output.CANCELLED
    except BrokenPipeError:
        # The reader left (`velox scan … | head`): not an error, but nothing more may be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return output.DONE


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Build the parser, importing only the module of the command that is asked for."""
    parser = argparse.ArgumentParser(
        prog="velox",
        description="Velox finds slow Python, rewrites it, and proves the rewrite: same behaviour, measured faster.",
    )
    parser.add_argument("--version", action="version", version=f"velox {version('velox-lsp')}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND")
    wanted = next((word for word in arguments if not word.startswith("-")), "")
    for name, summary in COMMANDS.items():
        if name == wanted:
            importlib.import_module(f"velox_engine.cli.{name}").add_parser(subparsers)
        else:
            subparsers.add_parser(name, help=summary, add_help=False)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
