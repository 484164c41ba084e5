def slowest_requests(log: list[dict]) -> list[str]:
    timings = []
    for entry in log:
        timings.append((entry["ms"], entry["path"]))
    timings.sort(reverse=True)
    slow = timings[:10]
    return [path + " " + str(ms) for ms, path in slow]


# ---- Velox does not see what follows ----
import random

ENTRY = "slowest_requests"
EXPECT = "improve"
WHY = "A full sort for the ten largest."
BENCH = 20000


def gen(n):
    return ([{"ms": random.randint(1, 5000), "path": f"/p/{random.randrange(500)}"} for _ in range(n)],)


EDGES = [([],), ([{"ms": 1, "path": "/"}] * 12,)]
