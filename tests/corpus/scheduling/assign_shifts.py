def assign_shifts(people: list[str], shifts: int) -> dict[str, int]:
    load = {name: 0 for name in people}
    for _ in range(shifts):
        if not load:
            break
        name = sorted(load.items(), key=lambda item: (item[1], item[0]))[0][0]
        load[name] += 1
    return load


# ---- Velox does not see what follows ----
ENTRY = "assign_shifts"
EXPECT = "improve"
WHY = "The least busy person is found by sorting everyone for every shift."
BENCH = 3000


def gen(n):
    return ([f"p{k}" for k in range(max(1, n // 30))], n // 10)


EDGES = [([], 2), (["a"], 0), (["b", "a"], 3)]
