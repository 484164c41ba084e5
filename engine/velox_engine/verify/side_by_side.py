"""Two pieces of work at a time, where each mostly waits for a process of the sandbox; never beside anything timed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def in_pairs(work: Callable[[Item], Answer], items: Iterable[Item]) -> Generator[Answer, None, None]:
    """The answers in the order of the items; the next item is worked on while one is waited for.

    What `work` raises is raised when its answer is asked for. Whoever stops asking waits for what was begun; a person
    who cancels does not, since closing the sandbox ends it.
    """
    begun: deque[Future[Answer]] = deque()
    pool = ThreadPoolExecutor(2, thread_name_prefix="velox-pair")
    wait = True
    try:
        for item in items:
            begun.append(pool.submit(work, item))
            if len(begun) == 2:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    except KeyboardInterrupt:
        wait = False
        raise
    finally:
        pool.shutdown(wait=wait, cancel_futures=True)
