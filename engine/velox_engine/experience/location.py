"""Says where Velox keeps a person's data; the only place that knows."""

from __future__ import annotations

import os
from pathlib import Path

from velox_engine import settings

ENVIRONMENT_VARIABLE = "VELOX_DATA_DIR"
DATABASE_VARIABLE = "VELOX_DATABASE"


def data_dir() -> Path:
    """Return the folder of the person's Velox data; VELOX_DATA_DIR overrides the platform's convention."""
    chosen = os.environ.get(ENVIRONMENT_VARIABLE)
    if chosen:
        return Path(chosen).expanduser()
    # Imported late: a run with the variable set, as every test is, does not need it.
    import platformdirs

    return Path(platformdirs.user_data_dir("velox", appauthor=False))


def store_path() -> Path:
    """Return the file of the experience store, which is used unless a database is named."""
    return data_dir() / "experience.db"


def database_url(setting: str = "") -> str:
    """Return the URL of the store that a team shares, "" for none: VELOX_DATABASE, the editor's, the person's setting.

    Raises VeloxError `bad-setting` when the person's settings cannot be read.
    """
    return os.environ.get(DATABASE_VARIABLE) or setting or settings.load_own().database
