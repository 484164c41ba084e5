def follow_requests(lines):
    """Match each `end ID` with its `start ID`; yield (id, start index, end index)."""
    open_requests = []
    for index, line in enumerate(lines):
        word, _, number = line.partition(" ")
        if word == "start":
            open_requests.append((number, index))
        elif word == "end":
            for pair in open_requests:
                if pair[0] == number:
                    yield number, pair[1], index
                    open_requests.remove(pair)
                    break


# ---- Velox does not see what follows ----
import random

ENTRY = "follow_requests"
EXPECT = "maybe"
WHY = "Pairs of start and end lines, matched through a list that shrinks."
BENCH = 3000


def gen(n):
    lines = [f"start {k}" for k in range(n // 2)] + [f"end {k}" for k in range(n // 2)]
    random.shuffle(lines)
    return (lines,)


EDGES = [([],), (["end 1"],), (["start 1", "start 1", "end 1", "end 1"],), (["x"],)]
