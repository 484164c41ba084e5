def lucky_tickets(first: int, last: int) -> list[int]:
    """The numbers of the tickets whose digits add up to a multiple of seven."""
    lucky = []
    for ticket in range(first, last + 1):
        rest = ticket
        total = 0
        while rest > 0:
            total += rest % 10
            rest //= 10
        if total % 7 == 0:
            lucky.append(ticket)
    return lucky


# ---- Velox does not see what follows ----
import random

ENTRY = "lucky_tickets"
EXPECT = "improve"
WHY = "The digits of every ticket are cut off one by one."
BENCH = 3000


def gen(n):
    first = random.randint(0, 10**9)
    return (first, first + n)


EDGES = [(0, 10), (5, 4), (999, 1001)]
