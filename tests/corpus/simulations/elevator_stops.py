def elevator_stops(position: int, calls: list[int]) -> list[int]:
    """Visit the nearest call first; of two equally near ones the lower."""
    left = []
    for call in calls:
        if call not in left:
            left.append(call)
    order = []
    while len(left) > 0:
        left = sorted(left, key=lambda floor: (abs(floor - position), floor))
        position = left[0]
        order.append(position)
        left = left[1:]
    return order


# ---- Velox does not see what follows ----
import random

ENTRY = "elevator_stops"
EXPECT = "improve"
WHY = "The list of calls is sorted and searched after every stop."
BENCH = 3000


def gen(n):
    return (n, [random.randrange(3 * n + 1) for _ in range(n // 8)])


EDGES = [(0, []), (3, [3, 3]), (5, [4, 6])]
