import math

PRIME = 998244353


def seatings(guests: int, tables: list[int]) -> int:
    """In how many ways guests take the seats of tables, modulo a prime."""
    ways = math.factorial(guests) % PRIME
    for seats in tables:
        for seat in range(1, seats + 1):
            ways = ways * pow(seat, PRIME - 2, PRIME) % PRIME
    return ways


# ---- Velox does not see what follows ----
import random

ENTRY = "seatings"
EXPECT = "improve"
WHY = "A factorial with thousands of digits is computed for its remainder, and inverses by long powers."
BENCH = 6000


def gen(n):
    return (n, [random.randint(1, 8) for _ in range(n // 8)])


EDGES = [(0, []), (1, [1]), (-1, []), (5, [0]), (3, [2, 1])]
