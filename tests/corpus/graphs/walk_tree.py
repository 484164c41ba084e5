def walk_tree(tree):
    """All values of a nested (value, children) tree, parents first."""
    if tree is None:
        return []
    value, children = tree
    result = [value]
    for child in children:
        result = result + walk_tree(child)
    return result


# ---- Velox does not see what follows ----
ENTRY = "walk_tree"
EXPECT = "improve"
WHY = "Lists added up while coming back from a recursion."
BENCH = 4000


def gen(n):
    return ((0, [(k, [(k + j, []) for j in range(4)]) for k in range(n // 4)]),)


EDGES = [(None,), ((1, []),), ((1, [(2, [(3, [])]), None]),)]
