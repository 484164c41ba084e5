def cash_position(opening: int, movements: list[int]) -> tuple[list[int], int]:
    """The balance before and after each movement, and the lowest one."""
    balances = [0] * (len(movements) + 1)
    balances[0] = opening
    for i in range(len(movements)):
        balances[i + 1] = balances[i] + movements[i]
    lowest = [0] * len(balances)
    lowest[0] = balances[0]
    for i in range(1, len(balances)):
        lowest[i] = min(lowest[i - 1], balances[i])
    return balances, lowest[-1]


# ---- Velox does not see what follows ----
import random

ENTRY = "cash_position"
EXPECT = "improve"
WHY = "Two tables are filled position by position from the position before."
BENCH = 20000


def gen(n):
    return (random.randint(-50, 500), [random.randint(-100, 100) for _ in range(n)])


EDGES = [(0, []), (5, [1]), (-3, [-1, 4, -9])]
