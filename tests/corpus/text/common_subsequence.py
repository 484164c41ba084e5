def common_subsequence(left, right, i=0, j=0):
    """How many characters two texts have in common in the same order."""
    if i == len(left) or j == len(right):
        return 0
    if left[i] == right[j]:
        return 1 + common_subsequence(left, right, i + 1, j + 1)
    return max(common_subsequence(left, right, i + 1, j), common_subsequence(left, right, i, j + 1))


# ---- Velox does not see what follows ----
import random

ENTRY = "common_subsequence"
EXPECT = "improve"
WHY = "The same pairs of positions are asked for again and again."
BENCH = 12


def gen(n):
    size = min(n, 12)
    return ("".join(random.choice("abcd") for _ in range(size)), "".join(random.choice("abcd") for _ in range(size)))


EDGES = [("", ""), ("abc", ""), ("abc", "axc")]
