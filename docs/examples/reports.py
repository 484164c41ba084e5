"""Text reports: the kind of helper that starts with ten lines and ends with a hundred thousand."""

from __future__ import annotations

import re


def render_rows(rows: list[tuple[str, int]]) -> str:
    """Render one line for each (name, amount)."""
    text = ""
    for name, amount in rows:
        text += name
        text += ": "
        text += str(amount)
        text += "\n"
    return text


def error_lines(lines: list[str], prefix: str) -> list[str]:
    """Return the messages of the lines that carry an error code with `prefix`."""
    messages = []
    for line in lines:
        match = re.compile(prefix + r"-(\d+): (.*)").search(line)
        if match is not None:
            messages.append(match.group(2))
    return messages


def squares_over(numbers: list[int], least: int) -> list[int]:
    """Return the squares of the numbers that exceed `least`."""
    result = []
    for number in numbers:
        if number > least:
            result.append(number * number)
    return result


def share_of_peak(samples: list[float]) -> list[float]:
    """Scale samples to their peak."""
    scaled = []
    for sample in samples:
        scaled.append(sample / max(samples) if max(samples) else 0.0)
    return scaled


def cheapest(prices: list[int]) -> int:
    """Return the lowest price."""
    return sorted(prices)[0]
