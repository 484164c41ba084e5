class Cache:
    """Keeps a bounded number of squares, dropping the least recently used."""

    def __init__(self, size):
        self.size = size
        self.keys = []
        self.values = {}

    def get_many(self, numbers):
        results = []
        for number in numbers:
            if number in self.keys:
                self.keys.remove(number)
            else:
                self.values[number] = number * number
                if len(self.keys) >= self.size:
                    oldest = self.keys.pop(0)
                    del self.values[oldest]
            self.keys.append(number)
            results.append(self.values[number])
        return results


# ---- Velox does not see what follows ----
import random

ENTRY = "Cache.get_many"
EXPECT = "improve"
WHY = "The order of use is a list, so each hit is searched."
BENCH = 3000


def gen(n):
    return (Cache(max(1, n // 5)), [random.randrange(max(1, n // 3)) for _ in range(n // 2)])


EDGES = [(Cache(1), []), (Cache(1), [1, 1, 2, 1]), (Cache(2), [1, 2, 1, 3])]
