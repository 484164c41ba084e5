"""One module for each part of the protocol; `register` is the explicit list of them."""

from __future__ import annotations

from velox_server.handlers import (
    code_actions,
    code_lens,
    commands,
    configuration,
    diagnostics,
    documents,
    highlights,
    hover,
    inlay_hints,
    lifecycle,
    notebooks,
)
from velox_server.server import VeloxServer

MODULES = (
    lifecycle,
    configuration,
    documents,
    notebooks,
    diagnostics,
    hover,
    code_actions,
    code_lens,
    inlay_hints,
    highlights,
    commands,
)


def register(server: VeloxServer) -> None:
    """Attach all handlers to a server."""
    for module in MODULES:
        module.register(server)
