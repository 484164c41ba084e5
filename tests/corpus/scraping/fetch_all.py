async def fetch_all(fetch, names: list[str]) -> dict[str, str]:
    pages = {}
    for name in names:
        pages[name] = await fetch(name)
    return pages


# ---- Velox does not see what follows ----
ENTRY = "fetch_all"
EXPECT = "maybe"
WHY = "Coroutines awaited one after another."
BENCH = 30

async def answer(name):
    return name.upper()


def gen(n):
    return (answer, [f"page{k}" for k in range(n)])


EDGES = [(answer, []), (answer, ["a", "a"])]
