def mutual_friends(friends: dict[str, list[str]], first: str, second: str) -> list[str]:
    common = []
    for name in friends.get(first, []):
        for other in friends.get(second, []):
            if name == other and name not in common:
                common.append(name)
    return sorted(common)


# ---- Velox does not see what follows ----
import random

ENTRY = "mutual_friends"
EXPECT = "improve"
WHY = "Friends in common by comparing lists name by name."
BENCH = 1200


def gen(n):
    people = [f"p{k}" for k in range(n + 1)]
    return ({"a": random.sample(people, n // 2), "b": random.sample(people, n // 2)}, "a", "b")


EDGES = [({}, "a", "b"), ({"a": ["x", "x"], "b": ["x"]}, "a", "b"), ({"a": []}, "a", "a")]
