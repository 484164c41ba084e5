"""A process that optimises on request: one JSON line in, JSON lines out; the server's way to heavy work.

Request: {"command": "optimize", "path", "text", "function": qualname or null, "strategy": id or null (all),
"settings": {…}}.
Replies: {"progress": {"message", "percentage"}} …, then {"result": …} or {"error": {"code", "message", "hint"}}.
SIGTERM, SIGINT or the end of standard input cancels: the sandboxes are ended and the process leaves with 130.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any, TextIO

from velox_engine import settings as settings_module
from velox_engine.advisor.advise import Advisor, FunctionAdvice
from velox_engine.advisor.recording import record_advice
from velox_engine.advisor.report import optimize_document
from velox_engine.experience.purge import sweep
from velox_engine.experience.store import ExperienceStore
from velox_engine.source.document import SourceFile
from velox_engine.types import VeloxError
from velox_engine.workspace.project import find_root


def main() -> int:
    """Answer the one request on standard input."""
    signal.signal(signal.SIGTERM, _cancel)
    # What the person's code or a library prints must not break the protocol: it goes to stderr.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        request = json.loads(sys.stdin.readline() or "{}")
        threading.Thread(target=_watch, daemon=True).start()
        _reply(out, {"result": _optimize(request, out)})
    except VeloxError as error:
        _reply(out, {"error": {"code": error.code, "message": error.message, "hint": error.hint}})
    except KeyboardInterrupt:
        return 130
    except (ValueError, KeyError, TypeError) as error:
        _reply(
            out,
            {
                "error": {
                    "code": "bad-request",
                    "message": f"The request is not understood: {error!r}.",
                    "hint": "",
                }
            },
        )
        return 2
    return 0


def _watch() -> None:
    """Cancel when standard input ends: whoever asked is gone, perhaps killed, and nobody reads the answer."""
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _cancel(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def _reply(out: TextIO, message: dict[str, Any]) -> None:
    out.write(json.dumps(message) + "\n")
    out.flush()


def _optimize(request: dict[str, Any], out: TextIO) -> dict[str, Any]:
    if request.get("command") != "optimize":
        raise VeloxError("bad-request", f"Unknown command {request.get('command')!r}.", "Send `optimize`.")
    path = Path(request["path"])
    source = SourceFile.from_text(request["text"], path)
    settings = settings_module.parse(
        request.get("settings") or {}, base=settings_module.load_project(find_root(path)), origin="editor"
    )
    started = time.monotonic()
    advices: list[FunctionAdvice] = []
    with (
        Advisor.for_file(source, settings) as advisor,
        ExperienceStore.open(database=settings.database) as store,
    ):
        sweep(store, settings.retention_days)
        wanted = request.get("function")
        names = [wanted] if wanted else advisor.functions(source)
        for index, name in enumerate(names):

            def progress(message: str, percentage: int, name: str = name, index: int = index) -> None:
                whole = int((index * 100 + percentage) / len(names))
                _reply(out, {"progress": {"message": f"{name}: {message}", "percentage": whole}})

            advice = advisor.optimize(source, name, strategy=request.get("strategy"), progress=progress)
            record_advice(store, advice, workspace=str(advisor.project.root), origin="editor")
            advices.append(advice)
    return optimize_document(advices, seconds=time.monotonic() - started)


if __name__ == "__main__":
    raise SystemExit(main())
