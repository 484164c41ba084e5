def traffic_light(ticks: int):
    """Yield the colour at each tick of a light with a fixed rhythm."""
    phases = ("green", "green", "green", "yellow", "red", "red")
    for tick in range(ticks):
        yield phases[tick % 6]


# ---- Velox does not see what follows ----
ENTRY = "traffic_light"
EXPECT = "no-improvement"
WHY = "A generator with constant state."
BENCH = 500


def gen(n):
    return (n,)


EDGES = [(0,), (7,), (-1,)]
