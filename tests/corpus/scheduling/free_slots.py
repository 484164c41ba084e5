def free_slots(meetings: list[tuple[int, int]], day_end: int) -> list[int]:
    """Minutes of the day in which no meeting takes place."""
    free = []
    for minute in range(day_end):
        busy = False
        for start, end in meetings:
            if start <= minute < end:
                busy = True
        if not busy:
            free.append(minute)
    return free


# ---- Velox does not see what follows ----
import random

ENTRY = "free_slots"
EXPECT = "improve"
WHY = "Every minute of the day is compared with every meeting."
BENCH = 3000


def gen(n):
    starts = [random.randrange(max(1, n)) for _ in range(max(1, n // 40))]
    return ([(s, s + random.randint(0, 30)) for s in starts], n)


EDGES = [([], 3), ([(0, 5)], 5), ([(2, 1)], 3), ([(-5, 1)], 2)]
