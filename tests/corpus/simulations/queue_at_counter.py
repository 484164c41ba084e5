def queue_at_counter(arrivals: list[int], service: int) -> list[int]:
    """Waiting time of each customer at one counter."""
    waiting = sorted(arrivals)
    free_at = 0
    delays = []
    while waiting:
        arrival = waiting.pop(0)
        start = max(arrival, free_at)
        delays.append(start - arrival)
        free_at = start + service
    return delays


# ---- Velox does not see what follows ----
import random

ENTRY = "queue_at_counter"
EXPECT = "improve"
WHY = "A queue of customers as a list that is popped in front."
BENCH = 6000


def gen(n):
    return ([random.randrange(10 * n + 1) for _ in range(n)], 7)


EDGES = [([], 3), ([5], 0), ([1, 1, 1], 2)]
