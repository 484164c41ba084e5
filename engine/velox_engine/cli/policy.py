"""`velox policy`: which policy orders the strategies, how good it is, and how to change it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from velox_engine.cli import output
from velox_engine.experience.store import ExperienceStore
from velox_engine.policy import manifest, registry, shadowing
from velox_engine.policy.agent import Policy
from velox_engine.types import VeloxError

if TYPE_CHECKING:
    from rich.console import Console


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "policy",
        help="the policy that orders the strategies",
        description="Show, judge and change the policy that orders the strategies.",
    )
    actions = parser.add_subparsers(title="what to do", metavar="ACTION", required=True)
    common = output.common_options()
    status = actions.add_parser("status", parents=[common], help="what is active, and every version")
    status.set_defaults(run=_status)
    evaluate = actions.add_parser(
        "evaluate",
        parents=[common],
        help="compare a policy with the alternatives on held-out functions",
    )
    evaluate.add_argument("--version", help="a version, or `shipped`; default: the active policy")
    evaluate.add_argument(
        "--data",
        nargs="+",
        type=Path,
        default=[],
        metavar="FILE",
        help="default: shipped data",
    )
    evaluate.add_argument(
        "--holdout",
        nargs="*",
        metavar="ORIGIN",
        help="origins to judge on, by prefix; default: never trained on",
    )
    evaluate.add_argument("--seed", type=int, default=0, help="of the random rankers and the bootstrap")
    evaluate.add_argument("--plot", type=Path, metavar="FILE", help="draw the curves as SVG")
    evaluate.set_defaults(run=_evaluate)
    promote = actions.add_parser(
        "promote", parents=[common], help="make a version active if it passes the gate"
    )
    promote.add_argument("version", help="a version, `shipped`, `shadow` or `candidate`")
    promote.add_argument(
        "--data",
        nargs="+",
        type=Path,
        default=[],
        metavar="FILE",
        help="default: shipped data",
    )
    promote.add_argument(
        "--force",
        action="store_true",
        help="even if it is not better than the active one",
    )
    promote.set_defaults(run=_promote)
    rollback = actions.add_parser("rollback", parents=[common], help="go back to the formerly active version")
    rollback.set_defaults(run=_rollback)


def run(args: argparse.Namespace) -> int:
    """Carry out the chosen action."""
    return args.run(args)


def _status(args: argparse.Namespace) -> int:
    active = registry.load_active()
    roles = registry.roles()
    document = {
        "active": active.version,
        "learned": active.learned,
        "note": active.note,
        "shadow": roles.shadow,
        "candidate": roles.candidate,
        "records": _records(active.version, roles.shadow),
        "fingerprint": manifest.fingerprint(),
        "versions": [_version(name) for name in (registry.SHIPPED, *registry.versions())],
    }
    output.emit(document, args, _render_status)
    return output.DONE


def _records(active: str, shadow: str | None) -> dict[str, Any]:
    """How the active policy and its shadow did on the functions of this person."""
    with ExperienceStore.open() as store:
        made = shadowing.decisions(store.experiences())
    return shadowing.records_document(active, shadow, made)


def _version(name: str) -> dict[str, Any]:
    try:
        found = manifest.read(registry.folder_of(name))
    except VeloxError as error:
        return {"name": name, "usable": False, "reason": error.message}
    return {
        "name": name,
        "usable": True,
        "version": found.version,
        "created": found.created,
        "data": found.data,
        "figures": found.figures,
    }


def _evaluate(args: argparse.Namespace) -> int:
    from velox_engine.training.evaluate import compare

    policy = Policy.load(registry.folder_of(args.version)) if args.version else registry.load_active()
    training, held_out, bad = _functions(args.data, args.holdout)
    scores = compare(policy, training, held_out, seed=args.seed)
    table = [row.document() for row in scores]
    if args.plot is not None:
        _draw(args.plot, scores, scores[0].functions)
    document = {
        "version": policy.version,
        "note": policy.note,
        "held_out_functions": len(held_out),
        "functions_with_a_gain": scores[0].functions,
        "bad_lines": bad,
        "table": table,
    }
    output.emit(document, args, _render_evaluation)
    return output.DONE


def _draw(path: Path, scores: list[Any], functions: int) -> None:
    from velox_engine.training.plot import draw

    title = f"Share of the best speed-up captured, {functions} functions of origins never trained on"
    try:
        path.write_text(draw(scores, title), encoding="utf-8")
    except OSError as error:
        raise VeloxError(
            "not-writable",
            f"{path} cannot be written: {error.strerror}.",
            "Choose another file.",
        ) from error


def _promote(args: argparse.Namespace) -> int:
    from velox_engine.training.promote import judge

    version = _named(args.version)
    candidate, deployed = (
        Policy.load(registry.folder_of(version)),
        registry.load_active(),
    )
    document: dict[str, Any] = {"version": version, "forced": args.force}
    passed = True
    if not args.force:
        _, held_out, _ = _functions(args.data, None)
        gate = judge(candidate, deployed, held_out)
        document["gate"] = gate.document()
        passed = gate.passed
    if passed:
        registry.assign("active", version)
    document["active"] = registry.load_active().version
    output.emit(document, args, _render_promotion)
    return output.DONE if passed else output.NEGATIVE


def _named(word: str) -> str:
    """The version that a role's name stands for."""
    if word not in ("shadow", "candidate"):
        return word
    version = getattr(registry.roles(), word)
    if version is None:
        raise VeloxError(
            "no-such-policy",
            f"There is no {word} policy.",
            "`velox policy status` lists all.",
        )
    return version


def _rollback(args: argparse.Namespace) -> int:
    registry.rollback()
    active = registry.load_active()
    output.emit({"active": active.version, "note": active.note}, args, _render_active)
    return output.DONE


def _functions(paths: list[Path], holdout: list[str] | None) -> tuple[list[Any], list[Any], int]:
    """The functions behind the data, parted into those to fit on and those to judge on."""
    from velox_engine.training.dataset import captured, read, rebuild, split
    from velox_engine.training.hyperparameters import Hyperparameters
    from velox_engine.training.run import shipped_data

    data = read(paths or shipped_data())
    training, held_out = split(
        rebuild(data.experiences),
        holdout if holdout is not None else Hyperparameters().holdout,
    )
    if not held_out:
        raise VeloxError(
            "no-data",
            "There is no measured function of a held-out origin to judge on.",
            "Measure some with `velox train collect`, or name other origins with --holdout.",
        )
    return training, captured(held_out), len(data.bad)


def _render_status(document: dict[str, Any], console: Console) -> None:
    console.print(f"active: {document['active']}" + ("" if document["learned"] else " (a fixed order)"))
    if document["note"]:
        console.print(f"  {document['note']}", style="yellow")
    for role in ("active", "shadow"):
        record = document["records"][role]
        if record is not None:
            console.print(
                f"  {role}: {record['decisions']} first choices, average reward {record['average_reward']:.3f}, "
                f"success {record['success_rate']:.0%}, regret {record['regret']:.3f}"
            )
    compared = document["records"].get("comparison")
    if compared is not None:
        console.print(
            f"  the shadow differs in {compared['differing']} of {compared['decisions']} choices and is better with "
            f"{compared['certainty']:.0%} certainty (needed to promote it: {shadowing.CERTAINTY:.0%} and "
            f"{compared['decisions_needed']} choices)"
        )
    for version in document["versions"]:
        told = version["created"] if version["usable"] else f"cannot serve: {version['reason']}"
        console.print(f"  {version['name']}  {told}")


def _render_evaluation(document: dict[str, Any], console: Console) -> None:
    from velox_engine.cli.train import score_table

    console.print(
        f"{document['version']} on {document['held_out_functions']} held-out functions; the table counts the "
        f"{document['functions_with_a_gain']} with something to gain"
    )
    console.print(score_table(document["table"]))


def _render_promotion(document: dict[str, Any], console: Console) -> None:
    if "gate" in document:
        console.print(document["gate"]["reason"])
    console.print(f"active: {document['active']}")


def _render_active(document: dict[str, Any], console: Console) -> None:
    console.print(f"active: {document['active']}")
    if document["note"]:
        console.print(document["note"], style="yellow")
