"""Counting votes, whose ballots may name nobody on the list."""

from contextlib import suppress


def count_votes(candidates: list[str], ballots: list[str]) -> dict[str, int]:
    """Votes of each candidate; ballots for others are void."""
    votes = {name: 0 for name in candidates}
    for ballot in ballots:
        with suppress(KeyError):
            votes[ballot] += 1
    return votes


# ---- Velox does not see what follows ----
import random

ENTRY = "count_votes"
EXPECT = "improve"
WHY = "A context manager is made for every ballot."
EDGES = [([], []), (["ann"], ["bob"]), (["ann", "bob"], ["ann", "ann", "", "bob"])]
BENCH = 20000


def gen(n):
    names = [f"candidate {i}" for i in range(max(2, n // 50))]
    return names, [random.choice([*names, "nobody"]) for _ in range(n)]
