"""Draws the evaluation as an SVG: for each order, the share of the best that is found after one, two, … tries."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from velox_engine.training.evaluate import Score

_WIDTH, _HEIGHT = 760, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 190, 44, 52
# Okabe and Ito's colours, which people with any colour vision tell apart, and two dark ones.
_COLOURS: Final = (
    "#D55E00",
    "#0072B2",
    "#56B4E9",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#999999",
    "#000000",
    "#7F3B08",
    "#5E3C99",
)


def draw(scores: Sequence[Score], title: str) -> str:
    """The curves of the scores as SVG text; the first, with its 95 % band, lies on top."""
    curves = [score for score in scores if score.curve]
    lowest = min((share for score in curves for share in score.curve_low), default=0.0)
    floor = max(0.0, int(lowest * 10) / 10)
    count = max((len(score.curve) for score in curves), default=2)

    def x(place: int) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * place / max(1, count - 1)

    def y(share: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1.0 - (share - floor) / (1.0 - floor))

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        'font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="24" font-size="14">{escape(title)}</text>',
    ]
    for step in range(round(floor * 10), 11):
        share = step / 10
        parts.append(
            f'<path d="M{x(0):.1f} {y(share):.1f}H{x(count - 1):.1f}" stroke="#ddd"/>'
            f'<text x="{_LEFT - 8}" y="{y(share) + 4:.1f}" text-anchor="end">{share:.0%}</text>'
        )
    parts += [
        f'<text x="{x(place):.1f}" y="{_HEIGHT - 30}" text-anchor="middle">{place + 1}</text>'
        for place in range(count)
    ]
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'<text x="{middle:.0f}" y="{_HEIGHT - 10}" text-anchor="middle">actions tried</text>')
    for number, score in reversed(list(enumerate(curves))):
        colour = _COLOURS[number % len(_COLOURS)]
        points = [f"{x(place):.1f} {y(share):.1f}" for place, share in enumerate(score.curve)]
        if number == 0:
            upper = [f"{x(place):.1f} {y(share):.1f}" for place, share in enumerate(score.curve_high)]
            lower = [f"{x(place):.1f} {y(share):.1f}" for place, share in enumerate(score.curve_low)]
            parts.append(f'<path d="M{"L".join([*upper, *lower[::-1]])}Z" fill="{colour}" opacity="0.15"/>')
        width = 3 if number == 0 else 1.5
        dash = ' stroke-dasharray="5 4"' if score.name == "oracle" else ""
        parts.append(
            f'<path d="M{"L".join(points)}" fill="none" stroke="{colour}" stroke-width="{width}"{dash}/>'
        )
    for number, score in enumerate(curves):
        top = _TOP + 22 * number + 8
        left = _WIDTH - _RIGHT + 16
        colour = _COLOURS[number % len(_COLOURS)]
        parts.append(
            f'<path d="M{left} {top - 4}h18" stroke="{colour}" stroke-width="3"/>'
            f'<text x="{left + 24}" y="{top}">{escape(score.name)} {score.area:.3f}</text>'
        )
    parts.append(
        f'<text x="{_WIDTH - _RIGHT + 16}" y="{_TOP + 22 * len(curves) + 10}" fill="#555">(area under the curve)</text>'
    )
    return "\n".join([*parts, "</svg>"]) + "\n"
