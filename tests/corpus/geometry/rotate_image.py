def rotate_image(pixels: list[list[int]]) -> list[list[int]]:
    """Turn a square image by a quarter clockwise."""
    size = len(pixels)
    turned = []
    for column in range(size):
        row = []
        for line in range(size):
            row.append(pixels[size - 1 - line][column])
        turned.append(row)
    return turned


# ---- Velox does not see what follows ----
import random

ENTRY = "rotate_image"
EXPECT = "maybe"
WHY = "A matrix turned cell by cell."
BENCH = 80


def gen(n):
    return ([[random.randrange(256) for _ in range(n)] for _ in range(n)],)


EDGES = [([],), ([[1]],), ([[1, 2], [3, 4]],), ([[1], [2]],)]
