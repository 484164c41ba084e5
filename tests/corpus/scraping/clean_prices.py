def clean_prices(raw: list[str]) -> list[float]:
    prices = []
    for text in raw:
        digits = ""
        for ch in text:
            if ch in "0123456789.":
                digits = digits + ch
        if digits != "" and digits != ".":
            prices.append(float(digits))
    return prices


# ---- Velox does not see what follows ----
import random

ENTRY = "clean_prices"
EXPECT = "improve"
WHY = "Characters that are not wanted are dropped by a search in a text for each one."
BENCH = 6000


def gen(n):
    return ([f"EUR {random.randint(1, 9999)}.{random.randint(10, 99)} incl. tax".replace("incl. ", "") for _ in range(n)],)


EDGES = [([],), (["free"],), (["."],), (["1,299.00"],), (["1.2.3"],)]
