def word_frequencies(text: str) -> list[tuple[str, int]]:
    words = text.lower().split()
    result = []
    done = []
    for word in words:
        if word not in done:
            result.append((word, words.count(word)))
            done.append(word)
    result.sort(key=lambda item: (-item[1], item[0]))
    return result


# ---- Velox does not see what follows ----
import random

ENTRY = "word_frequencies"
EXPECT = "improve"
WHY = "Counting words by list.count, then sorting pairs."
BENCH = 8000


def gen(n):
    return (" ".join(f"word{random.randrange(max(1, n // 8))}" for _ in range(n // 3)),)


EDGES = [("",), ("a A b",), ("  ",)]
