"""Files beside the store that a key closes line by line: runs, recorded calls, monitored states."""

from __future__ import annotations

import gzip
import os
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import IO, Final

from velox_engine.experience import sealing
from velox_engine.experience.location import data_dir
from velox_engine.experience.lock import file_lock
from velox_engine.experience.sealing import Sealer
from velox_engine.types import VeloxError

_PATTERNS: Final = ("runs/*.jsonl", "recordings/*/*.json", "monitor/*.jsonl.gz")


def reseal_files(sealer: Sealer | None) -> tuple[int, list[str]]:
    """Encrypt the files that are there anew, or with None decrypt them; (how many, names of those left as they were).

    A file that another key closes, that a run is writing, or that cannot be written, is left.
    """
    count, left = 0, list[str]()
    reader = sealing.current()
    for path in _files():
        try:
            # A run that goes on appends to its journal, and would append to the file that was replaced.
            held = (
                file_lock(path.with_suffix(".lock"), wait=False)
                if path.parent.name == "runs"
                else nullcontext()
            )
            with held:
                with _open(path, "rt") as file:
                    lines = [sealing.as_read(line.rstrip("\n"), reader) for line in file]
                ends = "\n" if path.suffix != ".json" else ""
                _replace(path, [sealing.as_stored(line, sealer) + ends for line in lines])
            count += 1
        except (VeloxError, OSError, EOFError, UnicodeDecodeError):
            left.append(path.relative_to(data_dir()).as_posix())
    return count, left


def _open(path: Path, mode: str) -> IO[str]:
    """Open a file of lines, compressed where its name says so."""
    opened = gzip.open if path.suffix == ".gz" else open
    return opened(path, mode, encoding="utf-8", errors="surrogatepass")  # type: ignore[return-value]


def _files() -> Iterator[Path]:
    for pattern in _PATTERNS:
        yield from sorted(data_dir().glob(pattern))


def _replace(path: Path, lines: list[str]) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=path.suffix)
    os.close(handle)
    try:
        with _open(Path(name), "wt") as file:
            file.writelines(lines)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
