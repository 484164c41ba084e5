class LogFilter:
    """Drops messages that were seen before."""

    def __init__(self, ignored=()):
        self.ignored = list(ignored)

    def dedupe(self, messages):
        seen = []
        for message in messages:
            text = message.strip().lower()
            if text in self.ignored or text in seen:
                continue
            seen.append(text)
        return seen


# ---- Velox does not see what follows ----
import random

ENTRY = "LogFilter.dedupe"
EXPECT = "improve"
WHY = "Messages seen are kept in a list."
BENCH = 4000


def gen(n):
    return (LogFilter(["ping", "pong"]), [f"  Message {random.randrange(n + 1)} " for _ in range(n)])


EDGES = [(LogFilter(), []), (LogFilter(["a"]), ["A", "b", "B "])]
