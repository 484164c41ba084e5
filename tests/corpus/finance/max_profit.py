def max_profit(prices: list[int]) -> int:
    best = 0
    for buy in range(len(prices)):
        for sell in range(buy + 1, len(prices)):
            if prices[sell] - prices[buy] > best:
                best = prices[sell] - prices[buy]
    return best


# ---- Velox does not see what follows ----
import random

ENTRY = "max_profit"
EXPECT = "improve"
WHY = "Every buying day is paired with every later selling day."
BENCH = 1500


def gen(n):
    return ([random.randint(1, 10**6) for _ in range(n)],)


EDGES = [([],), ([5],), ([5, 4, 3],), ([1, 9, 2],)]
