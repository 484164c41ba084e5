def vote_fields(records: list[dict[str, str]], field: str) -> str:
    values = [record[field] for record in records if field in record]
    best = ""
    best_count = 0
    for value in values:
        if values.count(value) > best_count:
            best = value
            best_count = values.count(value)
    return best


# ---- Velox does not see what follows ----
import random

ENTRY = "vote_fields"
EXPECT = "improve"
WHY = "The most common value by counting every candidate in the whole list."
BENCH = 3000


def gen(n):
    return ([{"city": f"c{random.randrange(max(1, n // 3))}"} for _ in range(n)], "city")


EDGES = [([], "a"), ([{"a": "x"}, {"b": "y"}], "a"), ([{"a": "x"}, {"a": "y"}], "a")]
