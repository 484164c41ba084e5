def unique_skus(skus: list[str]) -> bool:
    for i in range(len(skus)):
        for j in range(i + 1, len(skus)):
            if skus[i] == skus[j]:
                return False
    return True


# ---- Velox does not see what follows ----
import random

ENTRY = "unique_skus"
EXPECT = "improve"
WHY = "A set is built and thrown away for each length comparison."
BENCH = 3000


def gen(n):
    return ([f"sku-{k}" for k in random.sample(range(10 * n + 1), n)],)


EDGES = [([],), (["a"],), (["a", "b", "a"],)]
