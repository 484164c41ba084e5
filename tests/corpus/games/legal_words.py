def legal_words(words: list[str], rack: str) -> list[str]:
    """Words that can be laid with the letters of the rack."""
    possible = []
    for word in words:
        letters = list(rack)
        ok = True
        for ch in word:
            if ch in letters:
                letters.remove(ch)
            else:
                ok = False
        if ok:
            possible.append(word)
    return possible


# ---- Velox does not see what follows ----
import random

ENTRY = "legal_words"
EXPECT = "improve"
WHY = "Letters of a rack removed one at a time, for every word."
BENCH = 2500


def gen(n):
    return (["".join(random.choice("abcdefgh") for _ in range(random.randint(2, 7))) for _ in range(n)], "aabbcdefgh")


EDGES = [([], "abc"), (["", "a"], ""), (["aa"], "a")]
