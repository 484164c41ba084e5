"""A process that optimises or verifies on request: one JSON line in, JSON lines out; a server's way to heavy work.

Requests: {"command": "optimize", "path", "text", "function": qualname or null, "strategy": id or null (all),
"settings": {…}} and {"command": "verify", "path", "text", "new_text", "function": qualname, "settings": {…}}.
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

from velox_engine import cancelling
from velox_engine import settings as settings_module
from velox_engine.advisor.advise import Advisor, FunctionAdvice, require_parses
from velox_engine.advisor.comparison import compare
from velox_engine.advisor.recording import record_advice
from velox_engine.advisor.report import optimize_document, verify_document
from velox_engine.experience.purge import sweep
from velox_engine.experience.store import ExperienceStore
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.source.functions import find_function
from velox_engine.source.syntax import parse
from velox_engine.types import VeloxError
from velox_engine.verify.suite import Suite
from velox_engine.verify.verifier import Verifier
from velox_engine.workspace.project import find_root, locate


def main() -> int:
    """Answer the one request on standard input."""
    cancelling.install()
    # What the person's code or a library prints must not break the protocol: it goes to stderr.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        request = json.loads(sys.stdin.readline() or "{}")
        threading.Thread(target=_watch, daemon=True).start()
        _reply(out, {"result": _answer(request, out)})
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


def _reply(out: TextIO, message: dict[str, Any]) -> None:
    out.write(json.dumps(message) + "\n")
    out.flush()


def _answer(request: dict[str, Any], out: TextIO) -> dict[str, Any]:
    answers = {"optimize": _optimize, "verify": _verify}
    if request.get("command") not in answers:
        raise VeloxError(
            "bad-request", f"Unknown command {request.get('command')!r}.", "Send `optimize` or `verify`."
        )
    path = Path(request["path"])
    settings = settings_module.parse(
        request.get("settings") or {}, base=settings_module.load_project(find_root(path)), origin="editor"
    )
    return answers[request["command"]](request, SourceFile.from_text(request["text"], path), settings, out)


def _verify(request: dict[str, Any], old: SourceFile, settings: Settings, out: TextIO) -> dict[str, Any]:
    new = SourceFile.from_text(request["new_text"], old.path)
    assert old.path is not None
    settings.require_trust()
    for source in (old, new):
        require_parses(source)
        find_function(parse(source), request["function"])
    project = locate(old.path, old.text, interpreter=settings.interpreter)
    suite = None
    if settings.own_tests and not settings.test_command:
        suite = Suite(project, old, allow_unconfined=settings.allow_unconfined)

    def progress(message: str, percentage: int) -> None:
        _reply(out, {"progress": {"message": message, "percentage": percentage}})

    with Verifier(project, settings) as verifier:
        found = compare(verifier, old, new, request["function"], suite=suite, progress=progress)
    return verify_document(found.verdict, found.measured, found.faster)


def _optimize(request: dict[str, Any], source: SourceFile, settings: Settings, out: TextIO) -> dict[str, Any]:
    started = time.monotonic()
    advices: list[FunctionAdvice] = []
    with (
        ExperienceStore.open(database=settings.database) as store,
        Advisor.for_file(source, settings, store) as advisor,
    ):
        sweep(store, settings.retention_days)
        wanted = request.get("function")
        names = [wanted] if wanted else advisor.functions(source)
        for index, name in enumerate(names):

            def progress(message: str, percentage: int, name: str = name, index: int = index) -> None:
                whole = int((index * 100 + percentage) / len(names))
                _reply(out, {"progress": {"message": f"{name}: {message}", "percentage": whole}})

            advice = advisor.optimize(source, name, strategy=request.get("strategy"), progress=progress)
            advice = record_advice(store, advice, workspace=str(advisor.project.root), origin="editor")
            advices.append(advice)
    return optimize_document(advices, seconds=time.monotonic() - started)


if __name__ == "__main__":
    raise SystemExit(main())
