def first_unique(text: str) -> str:
    for ch in text:
        if text.count(ch) == 1:
            return ch
    return ""


# ---- Velox does not see what follows ----
ENTRY = "first_unique"
EXPECT = "improve"
WHY = "Each character is counted in the whole text."
BENCH = 4000


def gen(n):
    return ("".join(chr(200 + k) * 2 for k in range(n // 8)) + "!",)


EDGES = [("",), ("aab",), ("aabb",)]
