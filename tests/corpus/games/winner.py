def winner(board: list[list[str]]) -> str:
    """The mark that has three in a row, else an empty text."""
    lines = [*board, *[list(column) for column in zip(*board)]]
    lines.append([board[k][k] for k in range(3)])
    lines.append([board[k][2 - k] for k in range(3)])
    for line in lines:
        if line[0] and line.count(line[0]) == 3:
            return line[0]
    return ""


# ---- Velox does not see what follows ----
import random

ENTRY = "winner"
EXPECT = "no-improvement"
WHY = "A board of nine: no size to win on."
BENCH = 3


def gen(n):
    return ([[random.choice(["x", "o", ""]) for _ in range(3)] for _ in range(3)],)


EDGES = [([["x"] * 3] * 3,), ([[""] * 3] * 3,)]
