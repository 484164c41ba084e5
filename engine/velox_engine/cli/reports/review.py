"""The review of a change as Markdown: for a comment on the pull request, or the summary of a job."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from velox_engine.cli.reports import markdown as blocks
from velox_engine.cli.reports.escaping import code, markdown
from velox_engine.cli.reports.figures import evidence, interval

# GitHub refuses a comment of more than 65,536 characters.
MOST: Final = 60_000
_SIGNS: Final = {"faster": "🟢 faster", "slower": "🔴 slower", "different": "⚠️ behaves differently"}
_HELD: Final = {True: "reached", False: "**not reached**", None: "not measured"}


def review_text(document: dict[str, Any]) -> str:
    """Return the review; parts that would make it longer than a comment may be are left to the JSON."""
    parts = ["\n".join(_opening(document))]
    length = len(parts[0])
    left = 0
    for detail in [*_differences(document), *_measurements(document), *_rewrites(document)]:
        if length + len(detail) > MOST:
            left += 1
            continue
        parts.append(detail)
        length += len(detail)
    if left:
        parts.append(f"\n{left} more details are in the JSON beside this text.")
    return "\n".join(parts) + "\n"


def _opening(document: dict[str, Any]) -> Iterator[str]:
    summary = document["summary"]
    yield "## Velox: what this change does to speed and behaviour"
    yield ""
    yield (
        f"{summary['functions']} functions changed in {summary['files']} files: {summary['faster']} faster, "
        f"{summary['slower']} slower, {summary['refuted']} behave differently, {summary['unverifiable']} could not "
        f"be compared. {summary['rewrites']} verified rewrites on top."
    )
    if document["changed"]:
        yield from blocks.table(
            ("Function", "Outcome", "Speed-up, 95 % interval", "Claimed", "Same on"),
            (
                (
                    f"{code(row['name'])}<br>{code(row['path'])}",
                    _sign(row),
                    interval(row["speedup"]) if row["speedup"] else "–",
                    f"{row['claim']['times']:g}×, {_HELD[row['claim']['held']]}" if row["claim"] else "–",
                    f"{row['evidence']['inputs']} inputs" if row["status"] == "verified" else "–",
                )
                for row in document["changed"]
            ),
        )
    if summary["left_out"]:
        yield f"\n{summary['left_out']} further changed functions were not looked at."
    yield ""
    yield (
        f"<sub>{markdown(document['base'][:12])} → {markdown(document['head'][:12])}. "
        "Same means: no difference on the inputs named; that is no proof for all inputs. Each version ran among the "
        "files of its own revision.</sub>"
    )


def _sign(row: dict[str, Any]) -> str:
    return _SIGNS.get(str(row["change"]), str(row["change"]))


def _differences(document: dict[str, Any]) -> Iterator[str]:
    for row in document["changed"]:
        if row["status"] == "verified":
            continue
        lines = [
            f"\n### {code(row['name'])}: {_SIGNS.get(row['change'], row['change'])}",
            "",
            markdown(row["reason"]),
        ]
        if example := row["counterexample"]:
            lines += [
                "",
                f"- on {code(example['inputs'])}",
                f"- before: {code(example['old'])}",
                f"- now: {code(example['new'])}",
            ]
        yield "\n".join(lines)


def _measurements(document: dict[str, Any]) -> Iterator[str]:
    for row in document["changed"]:
        if row["status"] != "verified":
            continue
        facts = "; ".join(f"{name.lower()}: {words}" for name, words in evidence(row["evidence"]))
        lines = [
            f"\n<details><summary>{code(row['name'])}: evidence</summary>",
            "",
            *blocks.measured(row),
            f"- {markdown(facts)}",
        ]
        if claim := row["claim"]:
            lines.append(f"- claimed in {code(claim['line'])}: {_HELD[claim['held']]}")
        lines += [
            f"- **caveat**: {markdown(one['says'])}, on {code(one['inputs'])}: {code(one['old'])} → {code(one['new'])}"
            for one in row["caveats"]
        ]
        yield "\n".join([*lines, "", "</details>"])


def _rewrites(document: dict[str, Any]) -> Iterator[str]:
    for function in document["rewrites"]:
        for suggestion in function["suggestions"][:1]:
            title = f"{code(function['name'])} can be {interval(suggestion['speedup'])} faster"
            yield "\n".join(
                [f"\n<details><summary>{title}</summary>", *blocks.rewrite(suggestion), "", "</details>"]
            )
