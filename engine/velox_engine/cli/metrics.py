"""`velox metrics`: how often Velox helped, what people took, how much faster, what it cost; also for Prometheus."""

from __future__ import annotations

import argparse
import re
import sys
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from velox_engine.advisor.metrics import metrics_document, prometheus_text
from velox_engine.cli import output
from velox_engine.experience import ExperienceStore
from velox_engine.experience.outcomes import Period
from velox_engine.types import VeloxError

if TYPE_CHECKING:
    from rich.console import Console

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_LOOPBACK: Final = "127.0.0.1"
_PORT: Final = 9464
_MOST_ROWS: Final = 15


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "metrics",
        parents=[output.common_options()],
        help="how often it helped, what was taken, what it cost",
        description="Show what came of Velox's work: success and false-positive rates, speed-up, memory, time to a "
        "suggestion, what models cost, by strategy, rule, policy and over time.",
        epilog="Exit code: 0 done, 2 wrong use, 130 cancelled.",
    )
    parser.add_argument("--since", metavar="DAY", default="", help="from this day on (YYYY-MM-DD, UTC)")
    parser.add_argument("--until", metavar="DAY", default="", help="up to this day")
    parser.add_argument("--workspace", metavar="PATH", help="of this workspace only")
    parser.add_argument("--by", choices=("day", "week", "month"), default="week", help="steps over time")
    parser.add_argument(
        "--serve", type=int, nargs="?", const=_PORT, metavar="PORT",
        help=f"answer Prometheus on {_LOOPBACK} until interrupted ({_PORT}); nobody else is answered",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Show the figures, or serve them."""
    period = _period(args)
    with ExperienceStore.open() as store:
        for notice in store.notices:
            print(f"velox: {output.clean(notice)}", file=sys.stderr)
        if args.serve is not None:
            return _serve(store, args)
        document = metrics_document(store, period, args.by)
    output.emit(document, args, _render)
    return output.DONE


def _period(args: argparse.Namespace) -> Period:
    for day in filter(None, (args.since, args.until)):
        try:
            if not _DAY.fullmatch(day):
                raise ValueError
            date.fromisoformat(day)
        except ValueError as error:
            raise VeloxError("bad-day", f"{day!r} is not a day.", "Write it as 2026-01-31.") from error
    until = str(date.fromisoformat(args.until) + timedelta(days=1)) if args.until else "9"
    return Period(args.since, until, str(Path(args.workspace).resolve()) if args.workspace else None)


def _serve(store: ExperienceStore, args: argparse.Namespace) -> int:
    class Answer(BaseHTTPRequestHandler):
        """Answers /metrics, to callers that mean this machine."""

        def do_GET(self) -> None:
            """Send the figures as they are now."""
            # A web page may have its own name lead here; what it then asks for must not be answered.
            host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
            if self.path != "/metrics" or host not in (_LOOPBACK, "localhost"):
                self.send_error(404)
                return
            try:
                text = prometheus_text(metrics_document(store, _period(args), args.by))
            except VeloxError as error:
                self.send_error(503, error.code)
                return
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: a scrape every few seconds is no news."""

    try:
        server = HTTPServer((_LOOPBACK, args.serve), Answer)
    except (OSError, OverflowError) as error:
        raise VeloxError(
            "no-port", f"Port {args.serve} cannot be used: {error}.", "Name another with --serve PORT."
        ) from error
    with server:
        print(f"velox: http://{_LOOPBACK}:{server.server_port}/metrics", file=sys.stderr, flush=True)
        server.serve_forever()
    return output.DONE


def _render(document: dict[str, Any], screen: Console) -> None:
    asked, shown = document["functions"], document["suggestions"]
    if not asked["asked"] and not shown["offered"]:
        screen.print("nothing to count yet: `velox optimize` a file first")
        return
    speed, memory, waited = (document[key] for key in ("speedup", "memory_ratio", "seconds_to_suggestion"))
    screen.print(
        f"functions    {asked['asked']} asked about: {asked['improved']} improved ({_percent(asked['success_rate'])}), "
        f"{asked['unchanged']} unchanged, {asked['unverifiable']} could not be verified"
    )
    screen.print(
        f"suggestions  {shown['offered']} offered: {shown['accepted']} accepted, {shown['edited']} edited, "
        f"{shown['rejected']} rejected, {shown['reverted']} reverted; "
        f"turned down {_percent(shown['false_positive_rate'])} of those answered"
    )
    screen.print(f"speed-up     median {_times(speed['median'])}, mean {_times(speed['mean'])}")
    screen.print(
        f"memory       old over new: median {_times(memory['median'])}, mean {_times(memory['mean'])}"
    )
    screen.print(
        f"suggestion   after {_seconds(waited['median'])} (median), {_seconds(waited['p90'])} (90 %)"
    )
    models = document["models"]
    screen.print(
        f"models       {models['requests']} requests, {models['tokens']} tokens, ${models['cost']:.4f}"
    )
    policy = document["policy"]
    screen.print(f"policy       active {policy['active']}, shadow {policy['shadow'] or 'none'}")
    for one in policy["versions"]:
        screen.print(
            f"             {one['version']}: {one['functions']} functions, {_percent(one['success_rate'])} improved, "
            f"{one['mean_steps']} steps"
        )
    _records(screen, policy["records"])
    _table(screen, "strategy", document["strategies"])
    _table(screen, "rule", document["rules"])
    _timeline(screen, document["over_time"])


def _records(screen: Console, records: dict[str, Any]) -> None:
    """Active beside shadow, as far as there is something to tell."""
    for role in ("active", "shadow"):
        one = records[role]
        if one is not None and one["decisions"]:
            screen.print(
                f"             {role}: {one['decisions']} first choices, average reward {one['average_reward']:.3f}, "
                f"success {one['success_rate']:.0%}, regret {one['regret']:.3f}"
            )
    compared = records["comparison"]
    if compared is not None and compared["decisions"]:
        screen.print(
            f"             the shadow agrees in {compared['agreement']:.0%} of {compared['decisions']} choices, and "
            f"is better by {compared['advantage']:+.3f} with {compared['certainty']:.0%} certainty"
        )


def _table(screen: Console, what: str, entries: list[dict[str, Any]]) -> None:
    if not entries:
        return
    from rich.table import Table

    columns = ("tried", "verified", "refuted", "offered", "accepted", "rejected")
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(what, min_width=max(len(entry[what]) for entry in entries[:_MOST_ROWS]))
    for name in (*columns, "median"):
        table.add_column(name)
    for entry in entries[:_MOST_ROWS]:
        figures = (str(entry[name] or "") for name in columns)
        table.add_row(output.clean(entry[what]), *figures, _times(entry["median_speedup"]))
    screen.print()
    screen.print(table)
    if len(entries) > _MOST_ROWS:
        screen.print(f"… and {len(entries) - _MOST_ROWS} more: --format json has all", style="dim")


def _timeline(screen: Console, entries: list[dict[str, Any]]) -> None:
    from rich.table import Table

    columns = ("functions", "improved", "offered", "accepted", "rejected")
    table = Table("from", *columns, "median", box=None, pad_edge=False, header_style="bold")
    for entry in entries[-_MOST_ROWS:]:
        table.add_row(
            entry["from"], *(str(entry[name] or "") for name in columns), _times(entry["median_speedup"])
        )
    screen.print()
    screen.print(table)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _times(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.2f}×"


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.1f} s"
