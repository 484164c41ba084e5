"""Understands `https://host/owner/repository@ref`, and refuses what git could read as an option or another protocol."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from velox_engine.types import VeloxError

_SCP_LIKE = re.compile(r"[^/\s]+@[^/\s]+:")  # user@host:path, which git takes for ssh
# Each part starts with a letter or digit, so that none is an option, hidden, or a step upwards.
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_HOST: Final = rf"{_LABEL}(?:\.{_LABEL})+(?::(?P<port>[0-9]{{1,5}}))?"
_PART: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
_ADDRESS = re.compile(rf"https://{_HOST}/(?P<path>{_PART}(?:/{_PART}){{1,7}})/?", re.IGNORECASE)
_REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class RepositoryAddress:
    """A repository to fetch: an https URL, or the folder of a bare repository on this machine."""

    url: str
    ref: str = ""  # branch, tag or full commit; "" is what its HEAD says
    local: bool = False

    @property
    def name(self) -> str:
        """What people call it: `owner/repository`, or the folder's name."""
        path = self.url if self.local else self.url.partition("://")[2].partition("/")[2]
        return Path(path).name.removesuffix(".git") if self.local else path.removesuffix(".git")


def parse_address(text: str) -> RepositoryAddress | None:
    """Read what a person named; None where it means a file or folder to look at in place.

    Raises VeloxError `bad-repository` for other protocols and for parts that no repository has, `bad-ref` for a ref
    that git would not accept or could read as something else.
    """
    if "://" not in text and (not _SCP_LIKE.match(text) or Path(text.partition("::")[0]).exists()):
        return _bare_folder(text)
    address, _, ref = text.partition("@")
    found = _ADDRESS.fullmatch(address)
    if found is None or int(found["port"] or 1) > 65_535:
        raise VeloxError(
            "bad-repository",
            f"{text!r} is no address of a repository that Velox fetches.",
            "It takes https://HOST/OWNER/REPOSITORY, with @REF for a branch, tag or commit; "
            "other protocols, names and passwords are not accepted.",
        )
    return RepositoryAddress(address.rstrip("/"), checked_ref(ref) if "@" in text else "")


def checked_ref(ref: str) -> str:
    """Return a branch, tag or commit that is safe to hand to git; raises VeloxError `bad-ref`."""
    wrong = not _REF.fullmatch(ref) or any(part in ref for part in ("..", "//", "/.", "./", ".lock/"))
    if wrong or ref.endswith((".", "/", ".lock")):
        raise VeloxError(
            "bad-ref", f"{ref!r} is no branch, tag or commit.", "Letters, digits and . _ / + - are accepted."
        )
    return ref


def is_commit(ref: str) -> bool:
    """Say whether a ref is the full id of a commit."""
    return _COMMIT.fullmatch(ref) is not None


def _bare_folder(text: str) -> RepositoryAddress | None:
    """Read `path/to/repository.git[@ref]`: a bare repository has no files to look at in place."""
    folder, at, ref = text, "", ""
    if not Path(text).exists():
        folder, at, ref = text.rpartition("@")
    path = Path(folder)
    if not folder or not all((path / part).exists() for part in ("HEAD", "objects", "refs")):
        return None
    return RepositoryAddress(str(path.resolve()), checked_ref(ref) if at else "", local=True)
