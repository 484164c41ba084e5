"""One module for each part of the protocol; `register` is the explicit list of them."""

from __future__ import annotations

from velox_server.handlers import (
    code_actions,
    commands,
    configuration,
    diagnostics,
    documents,
    hover,
    lifecycle,
)
from velox_server.server import VeloxServer

MODULES = (lifecycle, configuration, documents, diagnostics, hover, code_actions, commands)


def register(server: VeloxServer) -> None:
    """Attach all handlers to a server."""
    for module in MODULES:
        module.register(server)
