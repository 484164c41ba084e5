"""The plot of an evaluation: valid SVG with every curve, whatever the names say."""

from __future__ import annotations

from xml.etree import ElementTree

from velox_engine.training.evaluate import Course, summarise
from velox_engine.training.plot import draw

SVG = "{http://www.w3.org/2000/svg}"


def test_every_order_has_its_curve_and_its_name() -> None:
    """One line for each order, the first with its band, and names are escaped."""
    names = ("dqn", "best <fixed> order", "oracle")
    scores = [
        summarise(name, [[Course((0.2 + place / 10, 0.5, 1.0), 2, 3)] * 4], 0.5)
        for place, name in enumerate(names)
    ]
    root = ElementTree.fromstring(draw(scores, "Captured & counted"))
    lines = [path for path in root.iter(f"{SVG}path") if path.get("fill") == "none"]
    bands = [path for path in root.iter(f"{SVG}path") if path.get("opacity")]
    said = "".join(text.text or "" for text in root.iter(f"{SVG}text"))
    assert (len(lines), len(bands)) == (3, 1)
    assert "Captured & counted" in said
    assert all(name in said for name in names)


def test_nothing_to_draw_is_an_empty_plot() -> None:
    """Without a function to judge on there is a plot without curves, not an error."""
    root = ElementTree.fromstring(draw([summarise("dqn", [[]], 0.0)], "nothing"))
    assert not [path for path in root.iter(f"{SVG}path") if path.get("fill") == "none"]
