async def numbers(count):
    for number in range(count):
        yield number


async def collect_stream(count: int) -> list[int]:
    return [number * 2 async for number in numbers(count) if number % 3]


# ---- Velox does not see what follows ----
ENTRY = "collect_stream"
EXPECT = "no-improvement"
WHY = "An async comprehension over an async generator."
BENCH = 300


def gen(n):
    return (n,)


EDGES = [(0,), (1,), (-3,)]
