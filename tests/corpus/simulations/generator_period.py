def generator_period(seed, factor, modulus):
    """How many numbers the generator gives before it repeats itself."""
    produced = []
    state = seed
    while state not in produced:
        produced.append(state)
        state = (factor * state + 1) % modulus
    return len(produced) - produced.index(state)


# ---- Velox does not see what follows ----
import random

ENTRY = "generator_period"
EXPECT = "improve"
WHY = "Every new state is searched among all that were produced."
BENCH = 4000


def gen(n):
    modulus = 2 * n + 1
    return (random.randrange(modulus), random.choice([5, 13, 21]), modulus)


EDGES = [(0, 1, 1), (3, 2, 7), (1, 0, 5)]
