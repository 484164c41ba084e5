"""Work on a Dask cluster: one made on this machine, or a scheduler that runs already (the extra `dask`)."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

from velox_engine.advisor.executors import ATTEMPTS, Workforce
from velox_engine.types import VeloxError

if TYPE_CHECKING:
    from distributed import Client

_CONNECT_SECONDS: Final = 20


@contextmanager
def open_cluster(address: str, jobs: int) -> Iterator[Workforce]:
    """Connect to the scheduler at `address`; where that is empty, start a cluster of `jobs` processes here.

    The scheduler gives the tasks of a worker that is lost to another one. Machines must see the project's files under
    the same path and have Velox installed. Raises VeloxError `no-dask` or `no-scheduler`.
    """
    try:
        from dask import config  # pyright: ignore[reportPrivateImportUsage]
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise VeloxError(
            "no-dask", "Dask is not installed.", "Install it: pip install 'velox-lsp[dask]'"
        ) from error
    with contextlib.ExitStack() as stack:
        # One task is one function: it may be lost with a worker as often as with a local process.
        stack.enter_context(config.set({"distributed.scheduler.allowed-failures": ATTEMPTS - 1}))
        try:
            cluster: Any = address
            if not address:
                logging.getLogger("distributed").setLevel(logging.ERROR)
                cluster = stack.enter_context(
                    LocalCluster(
                        n_workers=max(1, jobs),
                        threads_per_worker=1,
                        dashboard_address="",
                        memory_limit=None,
                    )
                )
            client: Client = stack.enter_context(
                Client(cluster, timeout=_CONNECT_SECONDS, set_as_default=False)
            )
        except (OSError, ValueError) as error:
            raise VeloxError(
                "no-scheduler",
                f"No Dask scheduler answers at {address or 'this machine'}: {error}.",
                "Check the setting `executor`; `dask scheduler` starts one.",
            ) from error
        threads = sum(cast("dict[str, int]", client.nthreads()).values())
        if not threads:
            raise VeloxError("no-scheduler", "The Dask cluster has no workers.", "Start some: `dask worker`.")
        executor = client.get_executor(pure=False)
        try:
            yield Workforce(executor, threads)
        finally:
            executor.shutdown(wait=False)
