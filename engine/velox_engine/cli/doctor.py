"""`velox doctor`: what works on this machine, each answer from an attempt."""

from __future__ import annotations

import argparse
import platform
import sys
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from velox_engine.cli import output, target
from velox_engine.experience.store import ExperienceStore
from velox_engine.llm.report import models_document, spending
from velox_engine.policy.registry import load_active
from velox_engine.settings import Settings
from velox_engine.types import VeloxError
from velox_engine.verify.sandbox.model import Profile
from velox_engine.verify.sandbox.probing import probe
from velox_engine.workspace.project import locate

if TYPE_CHECKING:
    from rich.console import Console


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "doctor",
        parents=[output.common_options()],
        help="check what works on this machine",
        description="Attempt everything Velox needs here and report what works.",
        epilog="Exit code: 0 candidates can be run confined, 1 they cannot.",
    )
    parser.add_argument(
        "folder", nargs="?", type=Path, default=Path(), help="the project (default: this folder)"
    )
    target.add_settings(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Probe and report."""
    document: dict[str, Any] = {
        "velox": version("velox-lsp"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }
    settings = target.settings_for(args.folder, args)
    interpreter, note = _interpreter(args.folder, settings, args.python)
    document["interpreter"] = {"path": interpreter, "note": note}
    document["sandbox"] = [_sandbox(interpreter, profile) for profile in ("strict", "fs-read")]
    document["trusted"] = settings.trust
    document["allow_unconfined"] = settings.allow_unconfined
    document["policy"] = _policy()
    document["store"] = _store()
    document["models"] = _models(settings)
    extras = (("train", "torch"), ("llm", "litellm"), ("gguf", "xllamacpp"))
    document["extras"] = {name: _extra(module) for name, module in extras}
    output.emit(document, args, _render)
    return output.DONE if all(report["safe"] for report in document["sandbox"]) else output.NEGATIVE


def _interpreter(folder: Path, settings: Settings, named: str | None) -> tuple[str, str]:
    """(path, note) of the interpreter to try: the one named, or the project's unless nothing of it may be run."""
    if not settings.trust and not named:
        return sys.executable, "Velox's own: this workspace is not trusted, so nothing of it is run"
    project = locate(folder / "module.py", "", interpreter=settings.interpreter)
    return project.interpreter, project.note


def _sandbox(interpreter: str, profile: Profile) -> dict[str, Any]:
    try:
        report = probe(interpreter, profile=profile)
    except VeloxError as error:
        return {
            "interpreter": interpreter,
            "version": "",
            "profile": profile,
            "level": "does not start",
            "layers": [],
            "capabilities": [],
            "safe": False,
            "problem": f"{error.message} {error.hint}",
        }
    return {**asdict(report), "safe": report.safe, "problem": ""}


def _policy() -> dict[str, Any]:
    policy = load_active()
    return {"version": policy.version, "learned": policy.learned, "note": policy.note}


def _models(settings: Settings) -> dict[str, Any]:
    try:
        return models_document(settings)
    except VeloxError as error:
        return {**models_document(settings.replace(llm=False)), "problem": f"{error.message} {error.hint}"}


def _store() -> dict[str, Any]:
    try:
        with ExperienceStore.open() as store:
            return {"path": store.shown, "rows": store.count(), "notices": store.notices}
    except VeloxError as error:
        return {"path": "", "rows": {}, "notices": [f"{error.message} {error.hint}"]}


def _extra(module: str) -> str:
    if find_spec(module) is None:
        return "not installed"
    try:
        return version(module)
    except PackageNotFoundError:
        return "installed"


def _render(document: dict[str, Any], screen: Console) -> None:
    screen.print(f"Velox {document['velox']} on Python {document['python']}, {document['system']}")
    if not document["trusted"]:
        screen.print("This workspace is not trusted: scanning only, nothing of it is run.", style="yellow")
    interpreter = document["interpreter"]
    screen.print(
        f"Your interpreter: {interpreter['path']}"
        + (f" ({interpreter['note']})" if interpreter["note"] else "")
    )
    for report in document["sandbox"]:
        state = "candidates run confined"
        if not report["safe"]:
            state = "NOT confined: " + (
                "they run all the same, as you allowed"
                if document["allow_unconfined"]
                else "Velox will not run candidates"
            )
        screen.print(f"\nSandbox, {report['profile']}: {state}", style="bold")
        screen.print(f"  layers: {report['level']}")
        if report["problem"]:
            screen.print(f"  {output.clean(report['problem'])}", style="red")
        for capability in report["capabilities"]:
            ok = capability["confined"]
            mark, style = ("✓", "green") if ok else ("✗", "red")
            screen.print(
                f"  {mark} {capability['name']:<10} {output.clean(capability['detail'])}", style=style
            )
    policy = document["policy"]
    screen.print(f"\nPolicy: {policy['version']}" + (f" ({policy['note']})" if policy["note"] else ""))
    store = document["store"]
    rows = ", ".join(f"{count} {table}" for table, count in store["rows"].items())
    screen.print(f"Store: {store['path']} ({rows})")
    for notice in store["notices"]:
        screen.print(f"  {notice}", style="yellow")
    _render_models(document["models"], screen)
    for name, state in document["extras"].items():
        screen.print(f"Extra {name}: {state}")


def _render_models(models: dict[str, Any], screen: Console) -> None:
    if "problem" in models:
        screen.print(f"Models: {output.clean(models['problem'])}", style="red")
    elif not models["tiers"]:
        screen.print("Models: none set up, nothing is sent anywhere (docs/models.md)")
    for tier in models["tiers"]:
        state = "asked" if tier["usable"] else f"not asked: {tier['reason']}"
        screen.print(output.clean(f"Model, {tier['tier']}: {tier['model']} at {tier['where']}, {state}"))
    if models["tiers"] or models["today"]["requests"]:
        screen.print(f"  today: {spending(models)}")
