def session_lengths(events: list[tuple[str, int]]) -> dict[str, int]:
    """The time between the first and the last event of each user."""
    lengths = {}
    for user, _ in events:
        times = [t for u, t in events if u == user]
        lengths[user] = max(times) - min(times)
    return lengths


# ---- Velox does not see what follows ----
import random

ENTRY = "session_lengths"
EXPECT = "improve"
WHY = "For each user all events are filtered again."
BENCH = 3000


def gen(n):
    return ([(f"u{random.randrange(max(1, n // 3))}", random.randrange(10**6)) for _ in range(n // 3)],)


EDGES = [([],), ([("a", 1)],), ([("a", 5), ("b", 2), ("a", -1)],)]
