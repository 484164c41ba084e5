from dataclasses import dataclass, field


@dataclass
class Portfolio:
    """Holdings as (symbol, count)."""

    holdings: list[tuple[str, int]] = field(default_factory=list)

    def value(self, quotes: list[tuple[str, int]]) -> int:
        """Sum of count times quote; what has no quote counts nothing."""
        total = 0
        for symbol, count in self.holdings:
            symbols = [s for s, _ in quotes]
            if symbol in symbols:
                total += count * quotes[symbols.index(symbol)][1]
        return total


# ---- Velox does not see what follows ----
import random

ENTRY = "Portfolio.value"
EXPECT = "improve"
WHY = "The price of each holding is searched in a list of quotes."
BENCH = 4000


def gen(n):
    size = max(1, n // 15)
    quotes = [(f"S{k}", random.randint(1, 99)) for k in range(size)]
    return (Portfolio([(f"S{random.randrange(size + 3)}", random.randint(1, 9)) for _ in range(size)]), quotes)


EDGES = [(Portfolio(), []), (Portfolio([("A", 2)]), [("A", 1), ("A", 5)]), (Portfolio([("B", 1)]), [])]
