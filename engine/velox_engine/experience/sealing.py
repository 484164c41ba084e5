"""Encrypts what Velox keeps of people's code and of models' answers, authenticated, when a key is set.

The key comes from VELOX_DATA_KEY, or from the system's keyring where `velox data encrypt` put it.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from velox_engine.experience.location import data_dir
from velox_engine.types import VeloxError

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

KEY_VARIABLE: Final = "VELOX_DATA_KEY"
_SERVICE: Final = "velox"
_SEALED: Final = "velox-sealed:"
_PLAIN: Final = "velox-plain:"  # before a text that only looks sealed


class Sealer:
    """Seals with the first of its keys and opens with any, so that a key can be replaced."""

    def __init__(self, keys: str) -> None:
        """`keys` are separated by commas. Raises VeloxError `bad-key`, or `no-cryptography`."""
        self._fernet = _fernet(keys)

    def seal(self, text: str) -> str:
        """Encrypt a text; an empty one has nothing to hide and stays."""
        return _SEALED + self._fernet.encrypt(text.encode()).decode("ascii") if text else ""

    def open(self, sealed: str) -> str:
        """Decrypt what `seal` made. Raises VeloxError `wrong-key`."""
        return self._open(sealed.removeprefix(_SEALED).encode("ascii")).decode()

    def seal_bytes(self, data: bytes) -> bytes:
        """Encrypt bytes."""
        return _SEALED.encode() + self._fernet.encrypt(data)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Decrypt what `seal_bytes` made. Raises VeloxError `wrong-key`."""
        return self._open(sealed.removeprefix(_SEALED.encode()))

    def _open(self, token: bytes) -> bytes:
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(token)
        except InvalidToken as error:
            raise VeloxError(
                "wrong-key",
                "What Velox keeps is encrypted with another key than the one that is set.",
                f"Set {KEY_VARIABLE} to the key that it was encrypted with; several are separated by commas.",
            ) from error


def is_sealed(value: str | bytes) -> bool:
    """Return whether a stored value is encrypted."""
    return value.startswith(_SEALED) if isinstance(value, str) else value.startswith(_SEALED.encode())


def as_stored(text: str, sealer: Sealer | None) -> str:
    """Return a text as the store keeps it: sealed when there is a key."""
    if sealer is not None:
        return sealer.seal(text)
    return _PLAIN + text if text.startswith((_SEALED, _PLAIN)) else text


def as_read(stored: str, sealer: Sealer | None) -> str:
    """Return the text behind a stored value. Raises VeloxError `locked` without a key, `wrong-key` with another."""
    if not is_sealed(stored):
        return stored.removeprefix(_PLAIN)
    if sealer is None:
        raise locked()
    return sealer.open(stored)


def locked() -> VeloxError:
    """The error of a person whose key is not at hand."""
    return VeloxError(
        "locked",
        "What Velox keeps is encrypted, and no key is set.",
        f"Set {KEY_VARIABLE}, or unlock your keyring; `velox data where` says which of the two is used.",
    )


def current() -> Sealer | None:
    """The sealer of this person's key, None where no key is set.

    Raises VeloxError `bad-key`, `no-cryptography`, or `locked` when the keyring does not give the key out.
    """
    keys = os.environ.get(KEY_VARIABLE, "")
    if not keys and marker().exists():
        keys = _remembered(str(data_dir()))
    return _sealer(keys) if keys else None


@lru_cache(maxsize=4)
def _sealer(keys: str) -> Sealer:
    return Sealer(keys)


@lru_cache(maxsize=4)
def _remembered(folder: str) -> str:
    """The keyring's key for a data folder, asked for once a process; a refusal is not remembered."""
    keys = from_keyring()
    if not keys:
        raise locked()
    return keys


def marker() -> Path:
    """The file that says that the key is in the keyring; without it the keyring is not asked."""
    return data_dir() / "key-in-keyring"


def new_key() -> str:
    """Make a key. Raises VeloxError `no-cryptography`."""
    try:
        from cryptography.fernet import Fernet
    except ImportError as error:
        raise _not_installed("cryptography") from error
    return Fernet.generate_key().decode("ascii")


def from_keyring() -> str | None:
    """The key in the system's keyring, None where there is none. Raises VeloxError `no-cryptography`, `no-keyring`."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as error:
        raise _not_installed("keyring") from error
    try:
        return keyring.get_password(_SERVICE, str(data_dir()))
    except KeyringError as error:
        raise _no_keyring(error) from error


def to_keyring(key: str) -> None:
    """Put the key into the system's keyring and remember that it is there. Raises VeloxError `no-keyring`."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as error:
        raise _not_installed("keyring") from error
    try:
        keyring.set_password(_SERVICE, str(data_dir()), key)
    except KeyringError as error:
        raise _no_keyring(error) from error
    marker().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    marker().write_text("The key of Velox's data is in the system's keyring.\n", encoding="utf-8")


def _fernet(keys: str) -> MultiFernet:
    try:
        from cryptography.fernet import Fernet, MultiFernet
    except ImportError as error:
        raise _not_installed("cryptography") from error
    try:
        return MultiFernet([Fernet(key.strip()) for key in keys.split(",")])
    except ValueError as error:
        raise VeloxError(
            "bad-key",
            f"{KEY_VARIABLE} holds no key: {error}",
            "`velox data encrypt --new-key` prints one.",
        ) from error


def _not_installed(name: str) -> VeloxError:
    return VeloxError(
        "no-cryptography",
        f"A key is asked for, and {name} is not installed.",
        "Run `pip install 'velox-lsp[encryption]'`.",
    )


def _no_keyring(error: Exception) -> VeloxError:
    return VeloxError(
        "no-keyring", f"The system's keyring cannot be used: {error}", f"Set {KEY_VARIABLE} instead."
    )
