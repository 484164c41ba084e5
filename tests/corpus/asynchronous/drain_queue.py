async def drain_queue(jobs: list[int], limit: int) -> list[int]:
    """Handle jobs first in, first out; a job above the limit comes again halved."""
    waiting = list(jobs)
    done = []
    while waiting:
        job = waiting.pop(0)
        if job > limit:
            waiting.append(job // 2)
        else:
            done.append(job)
    return done


# ---- Velox does not see what follows ----
import random

ENTRY = "drain_queue"
EXPECT = "improve"
WHY = "A coroutine with a list as its queue."
BENCH = 4000


def gen(n):
    return ([random.randint(1, 10**6) for _ in range(n)], 1000)


EDGES = [([], 1), ([5], 5), ([9, 3], 4)]
