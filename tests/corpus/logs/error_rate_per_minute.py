def error_rate_per_minute(entries):
    by_minute = {}
    for stamp, level in entries:
        minute = stamp // 60
        if minute in by_minute:
            by_minute[minute].append(level)
        else:
            by_minute[minute] = [level]
    rates = []
    for minute in sorted(by_minute.keys()):
        levels = by_minute[minute]
        errors = len([x for x in levels if x == "ERROR"])
        rates.append((minute, errors / len(levels)))
    return rates


# ---- Velox does not see what follows ----
import random

ENTRY = "error_rate_per_minute"
EXPECT = "improve"
WHY = "A dictionary of lists where two counters would do, and a second pass for each minute."
BENCH = 4000


def gen(n):
    return ([(random.randrange(10 * n + 1), random.choice(["INFO", "ERROR"])) for _ in range(n)],)


EDGES = [([],), ([(0, "ERROR")],), ([(59, "INFO"), (60, "ERROR")],)]
