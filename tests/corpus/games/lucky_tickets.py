def lucky_tickets(tickets: list[int]) -> list[int]:
    """The numbers of the tickets whose digits add up to a multiple of seven."""
    lucky = []
    for ticket in tickets:
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
    return ([random.randrange(10**16) for _ in range(n)],)


EDGES = [([],), ([0, 7, 16],), ([-5, 10**50, 25],)]
