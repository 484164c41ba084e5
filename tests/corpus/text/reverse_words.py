def reverse_words(sentence):
    out = ""
    for word in sentence.split():
        out = word + " " + out
    return out.strip()


# ---- Velox does not see what follows ----
ENTRY = "reverse_words"
EXPECT = "improve"
WHY = "Words put in front of a growing text."
BENCH = 8000


def gen(n):
    return (" ".join(f"w{k}" for k in range(n)),)


EDGES = [("",), ("a",), (" a  b ",)]
