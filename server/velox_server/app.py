"""The `velox-server` command: parses the line and starts the server on the transport it names."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the language server and return its exit code."""
    args = _parser().parse_args(argv)
    if args.version:
        from importlib.metadata import version

        print(f"velox-server {version('velox-lsp')}")
        return 0
    return _serve(args)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="velox-server",
        description="The language server of Velox: finds slow Python, and rewrites it with evidence.",
    )
    transport = parser.add_mutually_exclusive_group()
    transport.add_argument(
        "--stdio", action="store_true", help="serve on standard input and output (default)"
    )
    transport.add_argument("--tcp", action="store_true", help="serve the first client that connects")
    parser.add_argument("--host", default="127.0.0.1", help="address for --tcp (%(default)s)")
    parser.add_argument(
        "--port", type=int, default=0, help="port for --tcp; 0 takes a free one and prints it"
    )
    parser.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="warning")
    parser.add_argument("--version", action="store_true", help="print the version and leave")
    return parser


def _serve(args: argparse.Namespace) -> int:
    # Collecting garbage while a thousand protocol classes are made costs a fifth of the start.
    import gc
    import logging

    gc.disable()
    logging.basicConfig(
        stream=sys.stderr,
        level=args.log_level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    if args.log_level != "debug":
        from velox_server import protocol_types

        protocol_types.load()
    from velox_server import handlers, transport
    from velox_server.server import VeloxServer

    server = VeloxServer()
    handlers.register(server)
    gc.enable()
    if args.tcp:
        try:
            return transport.serve_tcp(server, args.host, args.port)
        except OSError as error:
            print(f"velox-server: cannot listen on {args.host}:{args.port}: {error}", file=sys.stderr)
            return 2
    return transport.serve_stdio(server)


if __name__ == "__main__":
    raise SystemExit(main())
