def power(base: int, exponent: int, modulus: int) -> int:
    result = 1
    for _ in range(exponent):
        result = result * base % modulus
    return result


# ---- Velox does not see what follows ----
import random

ENTRY = "power"
EXPECT = "maybe"
WHY = "One multiplication for each unit of the exponent."
BENCH = 500


def gen(n):
    return (random.randint(2, 99), n, 10**9 + 7)


EDGES = [(2, 0, 1), (0, 0, 5), (3, 4, -7), (2, 3, 0)]
