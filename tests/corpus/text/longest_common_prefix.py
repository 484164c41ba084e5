def longest_common_prefix(words: list[str]) -> str:
    if not words:
        return ""
    prefix = ""
    for i in range(len(words[0])):
        candidate = words[0][: i + 1]
        for word in words:
            if not word.startswith(candidate):
                return prefix
        prefix = candidate
    return prefix


# ---- Velox does not see what follows ----
import random

ENTRY = "longest_common_prefix"
EXPECT = "improve"
WHY = "A prefix grown one letter at a time and tested on all words."
BENCH = 2500


def gen(n):
    start = "x" * (n // 5)
    return ([start + random.choice("abc") for _ in range(max(1, n // 10))],)


EDGES = [([],), ([""],), (["a", "b"],), (["ab", "abc"],)]
