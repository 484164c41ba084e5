def invoice_lines(items: list[tuple[str, int, float]]) -> str:
    """Render the lines of an invoice; prices have two decimals."""
    return "\n".join(f"{count:>4} x {name:<20}{count * price:>10.2f}" for name, count, price in items)


# ---- Velox does not see what follows ----
import random

ENTRY = "invoice_lines"
EXPECT = "no-improvement"
WHY = "One pass, one join: nothing to gain."
BENCH = 2000


def gen(n):
    return ([(f"item {k}", random.randint(1, 9), random.randint(1, 999) / 4) for k in range(n)],)


EDGES = [([],), ([("", 0, 0.0)],), ([("a" * 30, -1, 2.5)],)]
