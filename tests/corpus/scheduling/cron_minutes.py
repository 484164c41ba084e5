def cron_minutes(spec: str, minutes: list[int]) -> list[int]:
    """Those of `minutes` that a field like `0-10,30,45` allows."""
    matching = []
    for minute in minutes:
        allowed = []
        for part in spec.split(","):
            if "-" in part:
                low, high = part.split("-")
                for value in range(int(low), int(high) + 1):
                    allowed.append(value)
            else:
                allowed.append(int(part))
        if minute in allowed:
            matching.append(minute)
    return matching


# ---- Velox does not see what follows ----
import random

ENTRY = "cron_minutes"
EXPECT = "improve"
WHY = "The list of allowed minutes is made again for each minute asked for."
BENCH = 300


def gen(n):
    return ("0-10,15,20-40,45", [random.randrange(60) for _ in range(n)])


EDGES = [("5", [5, 6]), ("1-3", []), ("", [1]), ("3-1", [2])]
