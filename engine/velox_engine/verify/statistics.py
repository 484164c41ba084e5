"""Small exact statistics for paired timings: a distribution-free interval for the median, a log-log fit."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from velox_engine.types import Interval


def median_interval(ratios: Sequence[float], *, confidence: float = 0.95) -> Interval:
    """Return the median of `ratios` with its interval from order statistics.

    No distribution is assumed: the ranks come from Binomial(n, 1/2) (David and Nagaraja, Order Statistics, §7.1).
    With fewer than six values no such interval exists and the extremes are returned, which is narrower than asked:
    callers take at least six.
    Raises ValueError when `ratios` is empty.
    """
    if not ratios:
        raise ValueError("no ratios")
    ordered = sorted(ratios)
    n = len(ordered)
    rank = 0  # largest rank with P(fewer than `rank` values below the median) <= (1 - confidence) / 2
    tail = 0.0
    for k in range(n // 2):
        tail += math.comb(n, k) / 2**n
        if tail > (1 - confidence) / 2:
            break
        rank = k + 1
    low = ordered[max(rank - 1, 0)]
    high = ordered[min(n - rank, n - 1)]
    return Interval(statistics.median(ordered), low, high)


def power_exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float | None:
    """Fit seconds = c · size^k by least squares on logarithms and return k; None with fewer than three points."""
    points = [(math.log(n), math.log(t)) for n, t in zip(sizes, seconds, strict=True) if n > 0 and t > 0]
    if len(points) < 3 or points[0][0] == points[-1][0]:
        return None
    mean_x = statistics.fmean(x for x, _ in points)
    mean_y = statistics.fmean(y for _, y in points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else None
