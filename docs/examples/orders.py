"""Order book-keeping as it grows in a small shop: correct, readable, and slower with every customer."""

from __future__ import annotations


def new_customers(orders: list[str], known: list[str]) -> list[str]:
    """Return the customers among `orders` that are not in `known`, in order of their first order."""
    found: list[str] = []
    for customer in orders:
        # most customers come back, so this is asked often
        if customer not in known and customer not in found:
            found.append(customer)
    return found


def orders_by_day(days: list[str]) -> dict[str, int]:
    """Count the orders of each day."""
    counts: dict[str, int] = {}
    for day in days:
        if day in counts:
            counts[day] += 1
        else:
            counts[day] = 1
    return counts


def serve(queue: list[int], capacity: int) -> list[int]:
    """Serve a queue in rounds: who needs more than `capacity` goes to the end with the rest."""
    waiting = list(queue)
    served: list[int] = []
    while waiting:
        need = waiting.pop(0)
        if capacity > 0 and need > capacity:
            waiting.append(need - capacity)
        else:
            served.append(need)
    return served


def packing_ways(items: int, boxes: int) -> int:
    """Count the ways to spread `items` equal items over `boxes` numbered boxes, each box holding at most three.

    >>> packing_ways(3, 2)
    4
    """
    if items < 0 or boxes < 0:
        return 0
    if boxes == 0:
        return 1 if items == 0 else 0
    return (
        packing_ways(items, boxes - 1)
        + packing_ways(items - 1, boxes - 1)
        + packing_ways(items - 2, boxes - 1)
        + packing_ways(items - 3, boxes - 1)
    )
