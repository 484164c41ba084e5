"""Says where Velox keeps a person's data; the only place that knows."""

from __future__ import annotations

import os
from pathlib import Path

ENVIRONMENT_VARIABLE = "VELOX_DATA_DIR"


def data_dir() -> Path:
    """Return the folder of the person's Velox data; VELOX_DATA_DIR overrides the platform's convention."""
    chosen = os.environ.get(ENVIRONMENT_VARIABLE)
    if chosen:
        return Path(chosen).expanduser()
    # Imported late: a run with the variable set, as every test is, does not need it.
    import platformdirs

    return Path(platformdirs.user_data_dir("velox", appauthor=False))


def store_path() -> Path:
    """Return the file of the experience store."""
    return data_dir() / "experience.db"
