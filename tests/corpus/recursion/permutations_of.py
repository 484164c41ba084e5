def permutations_of(items: list[int]) -> list[list[int]]:
    if len(items) <= 1:
        return [list(items)]
    found = []
    for index in range(len(items)):
        rest = items[:index] + items[index + 1 :]
        for tail in permutations_of(rest):
            found.append([items[index]] + tail)
    return found


# ---- Velox does not see what follows ----
ENTRY = "permutations_of"
EXPECT = "maybe"
WHY = "All permutations built by hand."
BENCH = 6


def gen(n):
    return (list(range(min(n, 6))),)


EDGES = [([],), ([1],), ([1, 1],)]
