"""What the arguments of a command mean: files, folders, installed packages, or a repository that is fetched first."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from velox_engine.cli import output, target
from velox_engine.settings import Settings, load_own, load_project
from velox_engine.types import VeloxError
from velox_engine.workspace.checkout import MEBIBYTE, Checkout, checkout
from velox_engine.workspace.discovery import SUFFIXES
from velox_engine.workspace.installed import installed_package, is_package_name
from velox_engine.workspace.project import find_root
from velox_engine.workspace.repository_address import checked_ref, parse_address


@dataclass(frozen=True, slots=True)
class Place:
    """A file or folder, and the function asked for in it ("" for all)."""

    path: Path
    function: str = ""
    written_to: bool = True  # False for what was found by name or fetched


@dataclass(frozen=True, slots=True)
class Places:
    """What a command works on."""

    found: tuple[Place, ...]
    fetched: Checkout | None = None

    @property
    def base(self) -> Path | None:
        """The folder that shown paths are relative to; None for the current one."""
        return self.fetched.folder if self.fetched is not None else None

    def settings(self, path: Path) -> Settings:
        """The settings that apply to a path: a fetched repository has no say in them."""
        return load_own() if self.fetched is not None else load_project(find_root(path))

    def document(self) -> dict[str, str] | None:
        """The repository as the command's document shows it."""
        if self.fetched is None:
            return None
        address = self.fetched.address
        return {"url": address.url, "ref": address.ref, "commit": self.fetched.commit}


@contextmanager
def open_places(
    arguments: Sequence[str], args: argparse.Namespace, progress: output.Progress
) -> Iterator[Places]:
    """Find out what the arguments name, fetching a repository if one does; it is gone afterwards.

    Raises VeloxError for an address, a ref or a name that means nothing.
    """
    addresses = [address for text in arguments if (address := parse_address(text)) is not None]
    if addresses and not getattr(args, "fetches", False):
        raise VeloxError(
            "wrong-use",
            "This command looks at files of this machine.",
            "`velox scan` and `velox optimize` fetch repositories.",
        )
    if not addresses:
        yield Places(tuple(_local(text, args) for text in arguments))
        return
    if len(arguments) > 1:
        raise VeloxError(
            "wrong-use", "A repository is looked at alone.", "Name one repository and nothing else."
        )
    own, since = load_own(), getattr(args, "since", None)
    limits = {"most_bytes": own.repository_mib * MEBIBYTE, "seconds": own.repository_seconds}
    with checkout(addresses[0], also=checked_ref(since) if since else "", told=progress, **limits) as fetched:
        yield Places((Place(fetched.folder, written_to=False),), fetched)


def _local(text: str, args: argparse.Namespace) -> Place:
    path, function = target.split(text)
    if function and path.is_dir():
        raise VeloxError("not-a-file", f"{path} is a folder.", "Name the file that holds the function.")
    if path.exists() or path.suffix in SUFFIXES or not is_package_name(str(path)):
        return Place(path, function)
    root = find_root(Path.cwd())
    settings = load_project(root)
    settings.require_trust()  # its interpreter is asked where the package is
    name, wanted = str(path), getattr(args, "python", None) or settings.interpreter
    return Place(installed_package(name, root, wanted), function, written_to=False)
