def rate_for(rates, currency):
    for name, rate in rates:
        if name == currency:
            return rate
    raise KeyError(currency)


def convert_all(amounts: list[tuple[int, str]], rates: list[tuple[str, int]]) -> list[int]:
    converted = []
    for amount, currency in amounts:
        converted.append(amount * rate_for(rates, currency) // 100)
    return converted


# ---- Velox does not see what follows ----
import random

ENTRY = "convert_all"
EXPECT = "improve"
WHY = "The same lookup through a list for each amount."
BENCH = 4000


def gen(n):
    names = [f"C{k:02d}" for k in range(60)]
    return ([(random.randint(1, 999), random.choice(names)) for _ in range(n // 4)], [(name, 50 + k) for k, name in enumerate(names)])


EDGES = [([], []), ([(1, "A")], [("A", 1), ("A", 2)]), ([(1, "A")], [])]
