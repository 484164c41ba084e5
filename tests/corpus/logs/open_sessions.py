def open_sessions(events: list[str]) -> list[int]:
    """How many sessions are open after each event; a logout nobody logged in for counts nothing."""
    counts = []
    for number in range(len(events)):
        active = 0
        for earlier in range(number + 1):
            if events[earlier] == "login":
                active += 1
            elif events[earlier] == "logout" and active > 0:
                active -= 1
        counts.append(active)
    return counts


# ---- Velox does not see what follows ----
import random

ENTRY = "open_sessions"
EXPECT = "improve"
WHY = "The open sessions are counted from the first event after every one."
BENCH = 1500


def gen(n):
    return ([random.choice(["login", "logout", "ping"]) for _ in range(n)],)


EDGES = [([],), (["logout"],), (["login", "logout", "logout", "login"],)]
