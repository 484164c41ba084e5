def score(word: str) -> int:
    total = 0
    for letter in word:
        total += ord(letter) - 96 if letter.islower() else 0
    return total


def best_words(words: list[str]) -> list[tuple[int, str]]:
    ordered = sorted(words, key=lambda w: score(w), reverse=True)
    return [(score(word), word) for word in ordered if score(word) > 0]


# ---- Velox does not see what follows ----
import random

ENTRY = "best_words"
EXPECT = "maybe"
WHY = "The score of each word is computed twice, once as key and once as value."
BENCH = 3000


def gen(n):
    return (["".join(random.choice("abcdeXYZ") for _ in range(6)) for _ in range(n // 2)],)


EDGES = [([],), (["", "A"],), (["ab", "ba"],)]
