def settle(payments: list[tuple[str, int]]) -> dict[str, int]:
    """How much each person is above (or below) an equal share, in cents."""
    people = []
    for person, _ in payments:
        if person not in people:
            people.append(person)
    if not people:
        return {}
    share = sum([amount for _, amount in payments]) // len(people)
    balance = {}
    for person in people:
        balance[person] = sum([amount for p, amount in payments if p == person]) - share
    return balance


# ---- Velox does not see what follows ----
import random

ENTRY = "settle"
EXPECT = "improve"
WHY = "What each person paid is summed by filtering all payments per person."
BENCH = 3000


def gen(n):
    return ([(f"p{random.randrange(max(1, n // 10))}", random.randint(1, 9000)) for _ in range(n // 2)],)


EDGES = [([],), ([("a", 5)],), ([("a", 5), ("b", 0), ("a", 1)],)]
