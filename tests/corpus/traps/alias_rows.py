def make_board(rows: int, columns: int, marks: list[tuple[int, int]]) -> list[list[str]]:
    board = []
    for _ in range(rows):
        line = []
        for _ in range(columns):
            line.append(".")
        board.append(line)
    for r, c in marks:
        board[r][c] = "#"
    return board


# ---- Velox does not see what follows ----
import random

ENTRY = "make_board"
EXPECT = "trap"
WHY = "Multiplying a list of rows makes one row many times."
BENCH = 200


def gen(n):
    side = max(1, n // 4)
    return (side, side, [(random.randrange(side), random.randrange(side)) for _ in range(side)])


EDGES = [(0, 0, []), (1, 2, [(0, 1)]), (1, 1, [(3, 3)])]
TEMPTING = """
def make_board(rows, columns, marks):
    board = [["."] * columns] * rows
    for r, c in marks:
        board[r][c] = "#"
    return board
"""
