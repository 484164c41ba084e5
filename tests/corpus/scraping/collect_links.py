import re


def collect_links(pages: list[str], host: str) -> list[str]:
    """Internal links of all pages, each once, in the order of their first appearance."""
    links = []
    for page in pages:
        pattern = re.compile(r'href="([^"]+)"')
        for link in pattern.findall(page):
            if link.startswith("/"):
                link = host + link
            if link.startswith(host) and link not in links:
                links.append(link)
    return links


# ---- Velox does not see what follows ----
import random

ENTRY = "collect_links"
EXPECT = "improve"
WHY = "Links seen are kept in a list, and a pattern is compiled for each page."
BENCH = 2500


def gen(n):
    pages = [f'<a href="/p/{random.randrange(n + 1)}">x</a><a href="http://o.org/">y</a>' for _ in range(n)]
    return (pages, "http://h.org")


EDGES = [([], "h"), (['href="/a" href="/a"'], "http://x"), (['href=""'], "")]
