def normalise_urls(urls):
    result = []
    for url in urls:
        url = url.strip()
        url = url.split("#")[0]
        if url.endswith("/"):
            url = url[:-1]
        url = url.replace("http://", "https://")
        if url and url not in result:
            result.append(url)
    return result


# ---- Velox does not see what follows ----
import random

ENTRY = "normalise_urls"
EXPECT = "improve"
WHY = "An ordered unique list by membership tests, after a chain of replacements."
BENCH = 4000


def gen(n):
    return ([f" http://site.org/{random.randrange(n + 1)}/#top" for _ in range(n)],)


EDGES = [([],), (["", "/", "#"],), (["a", "a/", " a "],)]
