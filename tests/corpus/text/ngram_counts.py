def ngram_counts(words: list[str], size: int) -> dict[str, int]:
    counts: dict[str, int] = {}
    for i in range(len(words) - size + 1):
        gram = " ".join(words[i : i + size])
        if gram in counts:
            counts[gram] = counts[gram] + 1
        else:
            counts[gram] = 1
    return counts


# ---- Velox does not see what follows ----
import random

ENTRY = "ngram_counts"
EXPECT = "improve"
WHY = "Neighbouring words taken by index and joined."
BENCH = 6000


def gen(n):
    return ([random.choice("abcdef") for _ in range(n)], 3)


EDGES = [([], 2), (["a"], 2), (["a", "a", "a"], 1), (["a", "b"], 0)]
