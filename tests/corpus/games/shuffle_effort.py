def shuffle_effort(cards: list[int]) -> tuple[int, list[int]]:
    """How many swaps of neighbours a player needs to sort the hand, and the sorted hand."""
    swaps = 0
    for done in range(len(cards)):
        for at in range(len(cards) - done - 1):
            if cards[at] > cards[at + 1]:
                cards[at], cards[at + 1] = cards[at + 1], cards[at]
                swaps += 1
    return swaps, cards


# ---- Velox does not see what follows ----
import random

ENTRY = "shuffle_effort"
EXPECT = "improve"
WHY = "The swaps of a bubble sort are the pairs that stand the wrong way round, which bisection counts."
BENCH = 400


def gen(n):
    return ([random.randint(0, n) for _ in range(n)],)


EDGES = [([],), ([1],), ([2, 1],), ([3, 3, 3],), ([5, 4, 3, 2, 1],)]
