"""Weighs findings by the time that a profile saw in their functions: what never runs matters little."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from velox_engine.source.functions import FunctionSpan, list_functions
from velox_engine.source.syntax import ParsedFile
from velox_engine.types import VeloxError
from velox_engine.workspace.profiles import Profile, Share

HOT: Final = 0.01  # a function with less than this share of the run is left out by `--hot`
_WARNING: Final = 0.05
_HINT: Final = 0.005


def add_options(parser: argparse._ActionsContainer, effect: str) -> None:
    """Add the options that name a profile and what follows from it; `effect` says what the command does with one."""
    parser.add_argument("--profile", type=Path, metavar="FILE", help=effect)
    parser.add_argument(
        "--hot", action="store_true", help="with --profile: only functions with 1%% of the run time or more"
    )


def require_profile(args: argparse.Namespace) -> None:
    """Raise VeloxError `wrong-use` for `--hot` without a profile."""
    if args.hot and args.profile is None:
        raise VeloxError("wrong-use", "--hot needs --profile.", "Name the file a profiler wrote.")


def shares(profile: Profile, parsed: ParsedFile) -> dict[str, Share]:
    """Return each function's share of the run, by qualified name."""
    path = parsed.source.path
    if path is None or not profile.knows(path):
        return {}
    spans = [(span, _lines(parsed, span)) for span in list_functions(parsed)]
    found: dict[str, Share] = {}
    for span, (first, last) in spans:
        nested = [lines for inner, lines in spans if inner is not span and _holds(span, inner)]
        found[span.qualname] = profile.share(path, span.qualname, first, last, nested)
    return found


def weigh_findings(findings: Iterable[dict[str, Any]], known: Mapping[str, Share]) -> None:
    """Give findings their function's share, and the severity that follows from it."""
    for finding in findings:
        share = known.get(finding["function"], Share(0.0, 0.0))
        finding["share"] = round(share.total, 4)
        if share.total >= _WARNING:
            finding["severity"] = "warning"
        elif share.total < _HINT:
            finding["severity"] = "hint"


def weigh_functions(functions: Iterable[dict[str, Any]], known: Mapping[str, Share]) -> None:
    """Give ranked functions their share, and a score that counts it."""
    for function in functions:
        share = known.get(function["name"], Share(0.0, 0.0))
        function["share"] = round(share.total, 4)
        function["own_share"] = round(share.own, 4)
        # What the function itself spends can be mended in it; what it calls is mended elsewhere.
        function["score"] = round(function["score"] * (share.own + share.total) / 2, 3)


def _holds(outer: FunctionSpan, inner: FunctionSpan) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _lines(parsed: ParsedFile, span: FunctionSpan) -> tuple[int, int]:
    lines = parsed.source.lines
    return lines.position(span.start).line + 1, lines.position(span.end).line + 1
