"""workspace/executeCommand: the velox.* commands, with the same JSON as the command line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from lsprotocol import types

from velox_engine.types import VeloxError
from velox_server import optimize
from velox_server.protocol import Plain
from velox_server.server import VeloxServer

OPTIMIZE: Final = "velox.optimize"
APPLY_SUGGESTION: Final = "velox.applySuggestion"
REJECT_SUGGESTION: Final = "velox.rejectSuggestion"
SHOW_DIFF: Final = "velox.showDiff"
FEEDBACK: Final = "velox.feedback"

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
    """[uri, function, version]: look for rewrites, answer with them, and ask the person about the best.

    The version is that of the list the action was chosen from; the function is looked up in the present one.
    """
    uri, function = _text(params, 0, "a document URI"), _text(params, 1, "a function's qualified name")
    if ls.client_waits_blocked:
        ls.spawn(_optimize_in_background(ls, uri, function))
        return {"started": True}
    outcome = await optimize.find_rewrites(ls, uri, function, params.work_done_token)
    if outcome is None:
        return {"cancelled": True}
    # The answer to the command need not wait for the person's.
    ls.spawn(optimize.answer(ls, uri, outcome))
    return outcome.result


async def _optimize_in_background(ls: VeloxServer, uri: str, function: str) -> None:
    try:
        outcome = await optimize.find_rewrites(ls, uri, function, None)
    except VeloxError as error:
        ls.say(f"Velox: {error.message} {error.hint}".strip(), types.MessageType.Warning)
        return
    if outcome is not None:
        await optimize.answer(ls, uri, outcome)


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


COMMANDS: Final[dict[str, Command]] = {
    OPTIMIZE: run_optimize,
    APPLY_SUGGESTION: run_apply,
    REJECT_SUGGESTION: run_reject,
    SHOW_DIFF: run_show_diff,
    FEEDBACK: run_feedback,
}


def _text(params: types.ExecuteCommandParams, index: int, what: str) -> str:
    arguments = params.arguments or []
    value = arguments[index] if index < len(arguments) else None
    if not isinstance(value, str):
        raise VeloxError(
            "bad-arguments", f"{params.command} needs {what} as argument {index + 1}.", "See docs/editors.md."
        )
    return value
