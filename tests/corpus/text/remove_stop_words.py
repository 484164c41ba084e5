def remove_stop_words(text: str, stop_words: list[str]) -> str:
    kept = []
    for word in text.split():
        if word.lower() not in stop_words:
            kept.append(word)
    return " ".join(kept)


# ---- Velox does not see what follows ----
import random

ENTRY = "remove_stop_words"
EXPECT = "improve"
WHY = "Every word is searched in a list of stop words."
BENCH = 8000


def gen(n):
    stop = [f"stop{k}" for k in range(60)]
    return (" ".join(random.choice(stop) if k % 2 else f"Word{k}" for k in range(n // 3)), stop)


EDGES = [("", []), ("The end", ["the"]), ("a a", ["b", "a"])]
