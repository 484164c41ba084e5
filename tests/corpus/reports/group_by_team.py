def group_by_team(people):
    # people: list of (name, team)
    teams = sorted(set([p[1] for p in people]))
    result = {}
    for team in teams:
        members = []
        for name, t in people:
            if t == team:
                members.append(name)
        result[team] = members
    return result


# ---- Velox does not see what follows ----
import random

ENTRY = "group_by_team"
EXPECT = "improve"
WHY = "Grouping by scanning all people for each team."
BENCH = 5000


def gen(n):
    teams = max(1, n // 10)
    return ([(f"p{k}", f"team{random.randrange(teams):04d}") for k in range(n)],)


EDGES = [([],), ([("ann", "red"), ("bob", "red"), ("ann", "blue")],)]
