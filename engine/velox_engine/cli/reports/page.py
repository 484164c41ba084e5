"""The report as one HTML file: it loads nothing, runs no script, and shows every text of the code as text.

Its policy forbids what it does not hold itself, so even a mistake in escaping could not fetch or run anything.
"""

from __future__ import annotations

import base64
import hashlib
import statistics
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from itertools import groupby
from typing import Any, Final

from velox_engine.cli.reports import charts
from velox_engine.cli.reports.escaping import html
from velox_engine.cli.reports.figures import evidence, interval, ratio
from velox_engine.cli.reports.side_by_side import Cell, rows

HOTSPOTS: Final = 25
FINDINGS: Final = 400  # more make a page that nobody reads and a browser scrolls badly; the JSON has them all
_STATUS: Final = {
    "verified": "verified",
    "refuted": "behaves differently",
    "unverifiable": "could not be checked",
    "no-gain": "no significant change",
    "error": "could not be tried",
    "improved": "improved",
    "unchanged": "unchanged",
}


def page(report: dict[str, Any]) -> str:
    """Return the page of a report as `velox report` writes it beside the page."""
    style = files("velox_engine.cli.reports").joinpath("page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{html(report['title'])}</title>\n<style>{style}</style>\n</head>\n<body>",
            '<a class="skip" href="#content">Skip to the report</a>',
            f"<header><h1>{html(report['title'])}</h1>",
            f'<p class="quiet">{html(report["created"])} · Velox {html(report["version"])}</p>',
            _tiles(report),
            '</header>\n<main id="content">',
            *_rewrites(report.get("optimize")),
            *_hotspots(report.get("scan")),
            *_findings(report.get("scan")),
            *_left_out(report),
            "</main>\n<footer><p>Speed-ups are medians of paired runs on fresh inputs, with a 95 % interval, on the "
            "processor time of this machine. <em>Verified</em> means: no difference on the inputs named with each "
            "rewrite; it is no proof for all inputs.</p></footer>\n</body>\n</html>\n",
        ]
    )


def improved(optimize: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The functions with a suggestion, the greatest speed-up first."""
    found = [function for function in (optimize or {}).get("functions", ()) if function["suggestions"]]
    return sorted(found, key=lambda function: -function["suggestions"][0]["speedup"]["low"])


def tiles(report: dict[str, Any]) -> list[tuple[str, str]]:
    """The figures that open a report, as (figure, what it counts)."""
    found: list[tuple[str, str]] = []
    if scan := report.get("scan"):
        summary = scan["summary"]
        found += [
            (f"{summary['files']:,}", "files"),
            (f"{summary['lines']:,}", "lines"),
            (f"{summary['findings']:,}", "findings"),
        ]
    if optimize := report.get("optimize"):
        better = improved(optimize)
        found += [
            (f"{optimize['summary']['functions']:,}", "functions tried"),
            (f"{len(better):,}", "made faster or lighter"),
        ]
        if better:
            middle = statistics.median(f["suggestions"][0]["speedup"]["median"] for f in better)
            found.append((ratio(middle), "median speed-up of these"))
    return found


def _tiles(report: dict[str, Any]) -> str:
    shown = "".join(
        f"<li><strong>{html(figure)}</strong><span>{html(name)}</span></li>" for figure, name in tiles(report)
    )
    return f'<ul class="tiles">{shown}</ul>'


# -- rewrites -------------------------------------------------------------------------------------------------------


def _rewrites(optimize: dict[str, Any] | None) -> Iterator[str]:
    if not optimize:
        return
    better = improved(optimize)
    yield '<section aria-labelledby="rewrites"><h2 id="rewrites">Rewrites</h2>'
    if better:
        named = [(function["name"], function["suggestions"][0]["speedup"]) for function in better]
        told = "Times faster at the largest size measured, with 95 % intervals"
        yield f'<figure class="wide"><figcaption>{told}</figcaption>{charts.speedups(named)}</figure>'
        for number, function in enumerate(better):
            yield from _rewrite(function, f"rewrite-{number}")
    else:
        yield "<p>No function was made faster.</p>"
    others = [function for function in optimize["functions"] if not function["suggestions"]]
    if others:
        yield "<h3>Looked at and left as they are</h3>"
        yield _table(
            "Why the others are unchanged",
            ("Function", "Outcome", "Why"),
            (
                (
                    _place(function),
                    html(_STATUS.get(function["status"], function["status"])),
                    html(function["reason"]),
                )
                for function in others
            ),
        )
    yield "</section>"


def _rewrite(function: dict[str, Any], name: str) -> Iterator[str]:
    best = function["suggestions"][0]
    yield f'<article aria-labelledby="{name}"><h3 id="{name}">{html(function["name"])}</h3>'
    yield f'<p class="quiet"><code>{html(function["path"])}</code></p>'
    tags = [f'<span class="tag good">{html(interval(best["speedup"]))} faster</span>']
    if best["weakly_checked"]:
        tags.append('<span class="tag warn">weakly checked</span>')
    if best["caveats"]:
        tags.append('<span class="tag warn">with a caveat</span>')
    changes, _, accepted = best["reason"].rpartition("; ")
    yield f"<p>{' '.join(tags)} {html(changes)}</p>"
    yield _diff(best["diff"], f"{function['name']} before and after")
    yield f'<h4>Measured</h4><div class="charts">{"".join(_figures(best))}</div>'
    yield "<h4>What equal behaviour rests on</h4>"
    facts = "".join(
        f'<tr><th scope="row">{html(fact)}</th><td>{html(words)}</td></tr>'
        for fact, words in [
            *evidence(best["evidence"]),
            ("Strategies", ", ".join(best["strategies"])),
            ("Offered since", accepted),
        ]
    )
    yield f'<table class="facts"><tbody>{facts}</tbody></table>'
    if best["caveats"]:
        yield "<h4>Differs outside the evident domain</h4>"
        yield from (_example(caveat) for caveat in best["caveats"])
    yield from _tried(function["tried"])
    yield "</article>"


def _figures(suggestion: dict[str, Any]) -> Iterator[str]:
    sizes = suggestion.get("sizes") or []
    at = f" at size {sizes[-1]:,}" if sizes else ""
    yield _figure(f"Time of one call{at}", charts.runtime(suggestion["call_seconds"], suggestion["speedup"]))
    if suggestion.get("memory_bytes"):
        yield _figure(f"Peak memory of one call{at}", charts.memory(suggestion["memory_bytes"]))
    if drawn := charts.growth(suggestion):
        yield _figure(
            "Time against size: dots are single batches, brackets the pairs with their interval", drawn
        )


def _figure(caption: str, drawn: str) -> str:
    return f"<figure><figcaption>{html(caption)}</figcaption>{drawn}</figure>"


def _diff(diff: str, told: str) -> str:
    body: list[str] = []
    for row in rows(diff):
        if row.kind == "gap":
            body.append('<tr><td class="gap" colspan="4">…</td></tr>')
        else:
            changed = row.kind == "changed"
            body.append(
                f"<tr>{_side(row.old, 'minus' if changed else '')}{_side(row.new, 'plus' if changed else '')}</tr>"
            )
    return (
        f'<div class="scroll box" tabindex="0" role="region" aria-label="{html(told)}"><table class="code">'
        '<colgroup><col class="line"><col><col class="line"><col></colgroup><thead><tr>'
        '<th scope="colgroup" colspan="2">Before</th><th scope="colgroup" colspan="2">After</th></tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _side(cell: Cell | None, kind: str) -> str:
    if cell is None:
        return '<td class="line"></td><td></td>'
    named = f' class="{kind}"' if kind else ""
    return f'<td class="line">{cell.number}</td><td{named}>{html(cell.text)}</td>'


def _tried(attempts: Sequence[dict[str, Any]]) -> Iterator[str]:
    if not attempts:
        return
    yield f"<details><summary>What was tried ({len(attempts)})</summary>"
    yield _table(
        "In the order in which it was tried",
        ("Strategy", "Outcome", "Why"),
        (
            (
                f"<code>{html(attempt['strategy'])}</code>",
                html(_STATUS.get(attempt["status"], attempt["status"])),
                html(attempt["reason"])
                + (_example(attempt["counterexample"]) if attempt["counterexample"] else ""),
            )
            for attempt in attempts
        ),
    )
    yield "</details>"


def _example(difference: dict[str, Any]) -> str:
    return (
        f'<div class="example">{html(difference["says"])}<br>on <code>{html(difference["inputs"])}</code><br>'
        f"before <code>{html(difference['old'])}</code><br>after <code>{html(difference['new'])}</code></div>"
    )


# -- the scan -------------------------------------------------------------------------------------------------------


def _hotspots(scan: dict[str, Any] | None) -> Iterator[str]:
    ranked = [function for function in (scan or {}).get("functions", ()) if function["findings"]]
    if not ranked:
        return
    weighed = any("share" in function for function in ranked)
    shown = ranked[:HOTSPOTS]
    most = max(function["score"] for function in shown)
    heads = ["Function", "Score", "Findings", "Cost", "Loop depth", "Complexity"]
    if weighed:
        heads.insert(2, "Share of the run")
    placed = any("imported_by" in function for function in shown)
    if placed:
        heads += ["Imported by", "Called from"]

    def lines() -> Iterator[Sequence[str]]:
        for function in shown:
            cells = [
                _place(function),
                f"{function['score']:.1f}{charts.share(function['score'], most)}",
                str(function["findings"]),
                html(function["cost"]),
                str(function["loop_depth"]),
                "" if function["complexity"] is None else str(function["complexity"]),
            ]
            if weighed:
                cells.insert(2, f"{function.get('share', 0.0):.1%}")
            if placed:
                cells += [str(function.get("imported_by", "")), str(function.get("called_from", ""))]
            yield cells

    yield '<section aria-labelledby="hotspots"><h2 id="hotspots">Hotspots</h2>'
    told = f"The {len(shown)} most promising of {len(ranked):,} functions with findings"
    yield _table(told, heads, lines(), numbers=set(heads) - {"Function", "Cost"})
    yield "</section>"


def _findings(scan: dict[str, Any] | None) -> Iterator[str]:
    found = (scan or {}).get("findings", ())
    if not found:
        return
    yield '<section aria-labelledby="findings"><h2 id="findings">Findings</h2>'
    if len(found) > FINDINGS:
        yield f"<p>The first {FINDINGS} of {len(found):,}; the JSON beside this page has all.</p>"
    for path, group in groupby(found[:FINDINGS], key=lambda finding: finding["path"]):
        one_file = list(group)
        yield f"<details><summary><code>{html(path)}</code> ({len(one_file)})</summary>"
        yield _table(
            f"Findings in {path}",
            ("Line", "Rule", "Function", "What", "Cost"),
            (
                (
                    f"{finding['line']}:{finding['column']}",
                    f"{html(finding['rule'])} {html(finding['name'])}",
                    f"<code>{html(finding['function'])}</code>",
                    html(finding["message"]),
                    html(finding["cost"]),
                )
                for finding in one_file
            ),
        )
        yield "</details>"
    yield "</section>"


def _left_out(report: dict[str, Any]) -> Iterator[str]:
    skipped = (report.get("scan") or {}).get("summary", {}).get("skipped", ())
    if skipped:
        yield '<section aria-labelledby="skipped"><h2 id="skipped">Left out</h2>'
        lines = ((f"<code>{html(one['path'])}</code>", html(one["reason"])) for one in skipped[:FINDINGS])
        yield _table("Files and folders that were not scanned", ("Path", "Why"), lines)
        yield "</section>"


def _place(function: dict[str, Any]) -> str:
    line = f":{function['line']}" if "line" in function else ""
    return (
        f'<code>{html(function["name"])}</code><br><span class="quiet">{html(function["path"])}{line}</span>'
    )


def _table(
    caption: str, heads: Sequence[str], lines: Iterable[Sequence[str]], numbers: Iterable[str] = ()
) -> str:
    """A table of cells that are HTML already."""
    kinds = [' class="number"' if head in set(numbers) else "" for head in heads]
    top = "".join(f'<th scope="col"{kind}>{html(head)}</th>' for head, kind in zip(heads, kinds, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{kind}>{cell}</td>" for cell, kind in zip(line, kinds, strict=True)) + "</tr>"
        for line in lines
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{html(caption)}"><table>'
        f"<caption>{html(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )
