"""Shows a diff to the person: in an editor where the client opens one, else as a message."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from lsprotocol import types

if TYPE_CHECKING:
    from velox_server.server import VeloxServer

_LONGEST_MESSAGE: Final = 4000


async def show(server: VeloxServer, name: str, diff: str) -> None:
    """Show a unified diff under a name that becomes that of its file."""
    window = server.client_capabilities.window
    if window is not None and window.show_document is not None and window.show_document.support:
        path = server.temporary_folder() / f"{name}.diff"
        await asyncio.to_thread(path.write_text, diff, "utf-8")
        reply = await server.window_show_document_async(
            types.ShowDocumentParams(uri=path.as_uri(), external=False, take_focus=True)
        )
        if reply.success:
            return
    shown = diff if len(diff) <= _LONGEST_MESSAGE else diff[:_LONGEST_MESSAGE] + "\n…"
    server.say(f"```diff\n{shown}\n```")
