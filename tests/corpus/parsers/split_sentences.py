def split_sentences(text: str) -> list[str]:
    """Split at full stops that do not end an abbreviation."""
    sentences = []
    words = text.split(" ")
    current = []
    while len(words) > 0:
        word = words.pop(0)
        current.append(word)
        if word.endswith(".") and word not in ["Dr.", "Mr.", "Mrs.", "e.g.", "i.e.", "etc."]:
            sentences.append(" ".join(current))
            current = []
    if current:
        sentences.append(" ".join(current))
    return sentences


# ---- Velox does not see what follows ----
import random

ENTRY = "split_sentences"
EXPECT = "improve"
WHY = "A word list that is built again and again to test endings."
BENCH = 4000


def gen(n):
    words = ["the", "cat", "sat.", "Dr.", "Who", "e.g.", "ran", "home."]
    return (" ".join(random.choice(words) for _ in range(8 * n)),)


EDGES = [("",), (".",), ("Mr. X",), ("a  b. ",)]
