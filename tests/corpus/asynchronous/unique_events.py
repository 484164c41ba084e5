async def unique_events(events: list[str]):
    """Yield each event the first time it comes."""
    seen = []
    for event in events:
        if event not in seen:
            seen.append(event)
            yield event


# ---- Velox does not see what follows ----
import random

ENTRY = "unique_events"
EXPECT = "improve"
WHY = "An async generator that remembers in a list."
BENCH = 3000


def gen(n):
    return ([f"e{random.randrange(n + 1)}" for _ in range(n)],)


EDGES = [([],), (["a", "a", "b"],)]
