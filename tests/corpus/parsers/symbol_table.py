class SymbolTable:
    def __init__(self, pairs):
        self.pairs = list(pairs)

    def resolve(self, names):
        """The values of the names; the first definition counts, and a name without one is an error."""
        values = []
        for name in names:
            for symbol, value in self.pairs:
                if symbol == name:
                    values.append(value)
                    break
            else:
                raise KeyError(name)
        return values


# ---- Velox does not see what follows ----
import random

ENTRY = "SymbolTable.resolve"
EXPECT = "improve"
WHY = "The definitions are searched from the first one for every name."
BENCH = 3000


def gen(n):
    size = max(1, n // 2)
    table = SymbolTable([(f"v{k % (size // 2 + 1)}", k) for k in range(size)])
    return (table, [f"v{random.randrange(size // 2 + 1)}" for _ in range(size)])


EDGES = [(SymbolTable([]), []), (SymbolTable([("a", 1), ("a", 2)]), ["a"])]
