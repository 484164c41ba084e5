def with_check_digit(numbers: list[int]) -> list[int]:
    """Each article number with the digit at its end that makes the sum of all digits a multiple of nine."""
    complete = []
    for number in numbers:
        total = sum(int(digit) for digit in str(number))
        complete.append(number * 10 + (9 - total % 9) % 9)
    return complete


# ---- Velox does not see what follows ----
import random

ENTRY = "with_check_digit"
EXPECT = "improve"
WHY = "The digits are summed by way of a text, each character of which is parsed."
BENCH = 5000


def gen(n):
    return ([random.randrange(10**14) for _ in range(n)],)


EDGES = [([],), ([0],), ([9, 18, 27, 10**30],)]
