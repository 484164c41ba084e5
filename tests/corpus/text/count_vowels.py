def count_vowels(text: str) -> int:
    """How many vowels the text has."""
    count = 0
    for i in range(len(text)):
        if text[i] in "aeiouAEIOU":
            count += 1
    return count


# ---- Velox does not see what follows ----
import random

ENTRY = "count_vowels"
EXPECT = "improve"
WHY = "A loop with a counter over all characters."
BENCH = 20000


def gen(n):
    return ("".join(random.choice("abcdefghij KLMNO") for _ in range(n)),)


EDGES = [("",), ("xyz",), ("AEIOU",), ("ä",)]
