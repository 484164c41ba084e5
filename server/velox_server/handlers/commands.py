"""workspace/executeCommand: the velox.* commands, with the same JSON as the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from lsprotocol import types

from velox_engine import tools
from velox_engine.settings import Settings
from velox_engine.types import VeloxError
from velox_server import across, file_actions, optimize
from velox_server.progress import WorkDone
from velox_server.protocol import Plain
from velox_server.server import VeloxServer
from velox_server.session import file_path

OPTIMIZE: Final = "velox.optimize"
APPLY_SUGGESTION: Final = "velox.applySuggestion"
REJECT_SUGGESTION: Final = "velox.rejectSuggestion"
SHOW_DIFF: Final = "velox.showDiff"
REVIEW: Final = "velox.review"
APPLIED: Final = "velox.applied"
FIX_ALL: Final = "velox.fixAll"
OPTIMIZE_FILE: Final = "velox.optimizeFile"
VERIFY_FILE: Final = "velox.verifyFile"
FEEDBACK: Final = "velox.feedback"

_SEE: Final = "See docs/editors/README.md."

Command = Callable[[VeloxServer, types.ExecuteCommandParams], Awaitable[dict[str, Any]]]


def register(server: VeloxServer) -> None:
    """Attach the commands."""
    for name, command in COMMANDS.items():
        server.command(name)(_guarded(command))
    server.feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)(cancel)


def cancel(ls: VeloxServer, params: types.WorkDoneProgressCancelParams) -> None:
    """End the work whose progress display the person cancelled."""
    task = ls.progress_tasks.get(params.token)
    if task is not None:
        task.cancel()


def _guarded(command: Command) -> Callable[..., Awaitable[Plain]]:
    """Turn an error that a person can meet into a message and the command line's error document."""

    async def run(ls: VeloxServer, params: types.ExecuteCommandParams) -> Plain:
        try:
            return Plain.of(await command(ls, params))
        except VeloxError as error:
            ls.say(f"Velox: {error.message} {error.hint}".strip(), types.MessageType.Warning)
            return Plain.of({"error": {"code": error.code, "message": error.message, "hint": error.hint}})

    return run


async def run_optimize(ls: VeloxServer, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """[uri, function, version, strategy]: look for rewrites, answer with them, and ask the person about the best.

    The version is that of the list the action was chosen from; the function is looked up in the present one. With a
    strategy only that one is tried.
    """
    uri, function = _text(params, 0, "a document URI"), _text(params, 1, "a function's qualified name")
    strategy = (params.arguments or [])[3:4]
    return await _optimize(ls, params, uri, function, strategy[0] if strategy and strategy[0] else "")


async def run_optimize_file(ls: VeloxServer, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """[uri]: the same for every function of a document."""
    return await _optimize(ls, params, _text(params, 0, "a document URI"), None, "")


async def _optimize(
    ls: VeloxServer, params: types.ExecuteCommandParams, uri: str, function: str | None, strategy: str
) -> dict[str, Any]:
    if ls.client.waits_blocked:
        ls.spawn(_optimize_in_background(ls, uri, function, strategy))
        return {"started": True}
    outcome = await optimize.find_rewrites(ls, uri, function, params.work_done_token, strategy)
    if outcome is None:
        return {"cancelled": True}
    # The answer to the command need not wait for the person's.
    ls.spawn(optimize.answer(ls, uri, outcome))
    return outcome.result


async def _optimize_in_background(ls: VeloxServer, uri: str, function: str | None, strategy: str) -> None:
    try:
        outcome = await optimize.find_rewrites(ls, uri, function, None, strategy)
    except VeloxError as error:
        ls.say(f"Velox: {error.message} {error.hint}".strip(), types.MessageType.Warning)
        return
    if outcome is not None:
        await optimize.answer(ls, uri, outcome)


async def run_verify_file(ls: VeloxServer, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """[uri]: verify each finding with its own strategy, so that the light bulbs carry figures."""
    uri = _text(params, 0, "a document URI")
    if ls.client.waits_blocked:
        ls.spawn(_verify_in_background(ls, uri))
        return {"started": True}
    return await file_actions.verify_findings(ls, uri, params.work_done_token)


async def _verify_in_background(ls: VeloxServer, uri: str) -> None:
    await file_actions.verify_findings(ls, uri, None)


async def run_fix_all(ls: VeloxServer, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """[uri]: apply every verified rewrite of a document as one edit."""
    snapshot = ls.document(_text(params, 0, "a document URI")).snapshot
    offers = ls.offers.open_in(snapshot)
    if not offers:
        return {"applied": [], "reason": "no verified rewrite waits"}
    reason = await optimize.apply_together(ls, snapshot, offers)
    return {"applied": [] if reason else [offer.id for offer in offers], "reason": reason}


async def run_applied(ls: VeloxServer, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """[[suggestion id]]: the client applied the edit of a code action itself; counted only if it is there."""
    ids = (params.arguments or [[]])[0]
    noted: list[str] = []
    for identity in ids if isinstance(ids, list) else ():
        offer = ls.offers.get(str(identity))
        if await optimize.note_applied(ls, offer):
            noted.append(offer.id)
    return {"applied": noted}


async def run_review(ls: VeloxServer, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """[suggestion id]: ask the person about a suggestion of this session again."""
    offer = ls.offers.get(_text(params, 0, "a suggestion id"))
    ls.spawn(optimize.review(ls, offer))
    return {"reviewing": offer.id}


async def run_apply(ls: VeloxServer, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """[suggestion id]: apply a suggestion of this session."""
    problem = await optimize.apply(ls, ls.offers.get(_text(params, 0, "a suggestion id")))
    return {"applied": not problem, "reason": problem}


async def run_reject(ls: VeloxServer, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """[suggestion id]: note that a suggestion is not wanted."""
    offer = ls.offers.get(_text(params, 0, "a suggestion id"))
    await optimize.reject(ls, offer)
    return {"rejected": offer.state == "rejected"}


async def run_show_diff(ls: VeloxServer, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """[suggestion id]: show a suggestion as a diff."""
    offer = ls.offers.get(_text(params, 0, "a suggestion id"))
    await optimize.show_diff(ls, offer)
    return {"diff": offer.suggestion.get("diff", "")}


async def run_feedback(ls: VeloxServer, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """[limit]: what the person did with suggestions, newest first."""
    from velox_engine.experience.report import feedback_document  # brings the database with it

    arguments = params.arguments or []
    limit = arguments[0] if arguments and isinstance(arguments[0], int) else None
    return feedback_document(await ls.feedback.listed(None, limit))


async def run_scan(ls: VeloxServer, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """[[uri or path]]: the document of `velox scan`; without arguments of all workspace folders."""
    places = _first(params, list, []) or list(ls.workspace.folders)
    paths = [str(file_path(place) or place) for place in map(str, places)]
    if not paths:
        raise VeloxError("no-folder", "No folder is open.", "Open a folder, or name paths to scan.")
    settings = ls.configuration.for_path(Path(paths[0]) / "x.py")[0]
    options = [f"--{key}={','.join(values)}" for key, values in _rules(settings) if values]
    options += [f"--exclude={pattern}" for pattern in settings.exclude]
    return await _tool(ls, params, ["scan", *paths, *options], "scanning", "the workspace")


async def run_verify(ls: VeloxServer, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """[{"old", "new", "function", "inputs"?}]: the document of `velox verify` on two files."""
    given = _first(params, dict, {})
    missing = [key for key in ("old", "new", "function") if not isinstance(given.get(key), str)]
    if missing:
        raise VeloxError("bad-arguments", f"velox.verify needs {', '.join(missing)}.", _SEE)
    old, new = (str(file_path(given[key]) or given[key]) for key in ("old", "new"))
    _require_trust(ls, Path(old))
    options = ["--inputs", str(given["inputs"])] if given.get("inputs") else []
    arguments = ["verify", old, new, "--function", given["function"], *options]
    return await _tool(ls, params, arguments, "verifying", given["function"])


async def run_inputs(ls: VeloxServer, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """[uri, function]: the document of `velox inputs` on the file as it is on disk."""
    uri, function = _text(params, 0, "a document URI"), _text(params, 1, "a function's qualified name")
    path = file_path(uri) or Path(uri)
    _require_trust(ls, path)
    return await _tool(ls, params, ["inputs", f"{path}::{function}"], "verifying", function)


async def run_coordinate(ls: VeloxServer, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """[uri]: rewrites that touch several files, from what this one defines; the document of `velox coordinate`."""
    path = file_path(_text(params, 0, "a document URI"))
    if path is None:
        raise VeloxError("no-path", "The text has no path.", "Save the file first.")
    _require_trust(ls, path)
    document = await _tool(ls, params, ["coordinate", str(path)], "verifying", path.name)
    if "rewrites" in document:
        ls.spawn(across.offer(ls, document))
    return document


async def run_policy(ls: VeloxServer, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """[]: the document of `velox policy status`."""
    document = await tools.run_tool(["policy", "status"])
    ls.status.policy = document
    ls.status.changed()
    return document


async def run_train(ls: VeloxServer, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """["run" | "shadow" | "list" | "status" | "cancel", job?]: training jobs, which go on without the editor."""
    action = _text(params, 0, "what to do: run, shadow, list, status or cancel")
    if action in ("status", "cancel"):
        return await tools.run_tool(["train", action, _text(params, 1, "a job's id")])
    if action not in ("run", "shadow", "list"):
        raise VeloxError("bad-arguments", f"velox.train cannot {action!r}.", _SEE)
    return await tools.run_tool(["train", action, *(["--background"] if action == "run" else [])])


async def run_rules(ls: VeloxServer, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """[]: the document of `velox rules list`."""
    return await tools.run_tool(["rules", "list"])


async def run_metrics(ls: VeloxServer, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """[{"since", "until", "workspace", "by"}?]: the document of `velox metrics`; each key may be missing."""
    given = _first(params, dict, {})
    options = [f"--{key}={given[key]}" for key in ("since", "until", "by") if given.get(key)]
    if given.get("workspace"):
        options.append(f"--workspace={file_path(str(given['workspace'])) or given['workspace']}")
    return await tools.run_tool(["metrics", *options])


async def run_doctor(ls: VeloxServer, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """[]: the document of `velox doctor`."""
    return await _tool(ls, params, ["doctor"], "scanning", "this machine")


def _rules(settings: Settings) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return ("select", settings.select), ("ignore", settings.ignore)


def _require_trust(ls: VeloxServer, path: Path) -> None:
    if not ls.configuration.for_path(path)[0].trust:
        raise VeloxError(
            "not-trusted",
            "This workspace is not trusted, so Velox scans it but does not run its code.",
            "Set `velox.trust` to true once you trust it.",
        )


async def _tool(
    ls: VeloxServer, params: types.ExecuteCommandParams, arguments: list[str], state: str, about: str
) -> dict[str, Any]:
    """Run a command of the command line with a progress display that can be cancelled."""
    display = await WorkDone.begin(ls, f"Velox: {state} {about}", params.work_done_token)
    job = asyncio.ensure_future(tools.run_tool(arguments))
    display.cancels(job)
    ending = "cancelled"
    try:
        async with ls.busy(state, about):
            document = await job
        ending = "done"
        return document
    except asyncio.CancelledError:
        current = asyncio.current_task()
        if current is not None and current.cancelling():
            raise
        return {"cancelled": True}
    finally:
        job.cancel()
        display.end(ending)


COMMANDS: Final[dict[str, Command]] = {
    OPTIMIZE: run_optimize,
    OPTIMIZE_FILE: run_optimize_file,
    VERIFY_FILE: run_verify_file,
    FIX_ALL: run_fix_all,
    APPLY_SUGGESTION: run_apply,
    APPLIED: run_applied,
    REJECT_SUGGESTION: run_reject,
    REVIEW: run_review,
    SHOW_DIFF: run_show_diff,
    FEEDBACK: run_feedback,
    "velox.scan": run_scan,
    "velox.verify": run_verify,
    "velox.inputs": run_inputs,
    "velox.coordinate": run_coordinate,
    "velox.policy": run_policy,
    "velox.train": run_train,
    "velox.rules": run_rules,
    "velox.doctor": run_doctor,
    "velox.metrics": run_metrics,
}

_T = TypeVar("_T")


def _first(params: types.ExecuteCommandParams, kind: type[_T], default: _T) -> _T:
    value = (params.arguments or [None])[0]
    return value if isinstance(value, kind) else default


def _text(params: types.ExecuteCommandParams, index: int, what: str) -> str:
    arguments = params.arguments or []
    value = arguments[index] if index < len(arguments) else None
    if not isinstance(value, str):
        raise VeloxError("bad-arguments", f"{params.command} needs {what} as argument {index + 1}.", _SEE)
    return value
