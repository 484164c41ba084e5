def min_coins(amount: int, coins: tuple[int, ...]) -> int:
    if amount == 0:
        return 0
    best = 10**9
    for coin in coins:
        if coin <= amount:
            best = min(best, 1 + min_coins(amount - coin, coins))
    return best


# ---- Velox does not see what follows ----
ENTRY = "min_coins"
EXPECT = "improve"
WHY = "The plain recursion for making change."
BENCH = 26


def gen(n):
    return (min(n, 26), (1, 3, 4))


EDGES = [(0, ()), (7, (2, 4)), (5, (5, 1))]
