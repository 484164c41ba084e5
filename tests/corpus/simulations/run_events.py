def run_events(events: list[tuple[int, str]], limit: int) -> list[str]:
    """Handle events in order of time; a `repeat` event comes again after ten ticks."""
    pending = list(events)
    log = []
    while pending:
        event = min(pending)
        pending.remove(event)
        time, name = event
        if time > limit:
            break
        log.append(f"{time}:{name}")
        if name.startswith("repeat"):
            pending.append((time + 10, name))
    return log


# ---- Velox does not see what follows ----
import random

ENTRY = "run_events"
EXPECT = "improve"
WHY = "The next event is searched with min and removed from a list."
BENCH = 2500


def gen(n):
    names = ["once", "repeat-a", "other"]
    return ([(random.randrange(n + 1), f"{random.choice(names)}{k}") for k in range(n // 3)], n)


EDGES = [([], 10), ([(0, "repeat")], 35), ([(5, "a"), (5, "a")], 5), ([(99, "late")], 5)]
