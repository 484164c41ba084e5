"""`velox data`: where Velox keeps what it knows, and how to share, remove and encrypt it."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from velox_engine import settings
from velox_engine.cli import output
from velox_engine.experience import ExperienceStore, purge, sealing, sharing
from velox_engine.experience.location import data_dir
from velox_engine.experience.sealed_files import reseal_files
from velox_engine.types import VeloxError

if TYPE_CHECKING:
    from rich.console import Console

# What lies beside the store in the data folder; `purge --all` removes those that hold people's code or answers.
_FOLDERS = {
    "cache": "verdicts, inputs and model answers, which can be made again",
    "recordings": "recorded calls",
    "runs": "what unfinished runs over whole projects have done",
    "monitor": "what `velox monitor` compares projects with",
    "audit": "requests to models",
    "collected": "measured outcomes to train on",
    "jobs": "training runs",
    "policy": "trained policies",
}
_WITH_CODE = ("cache", "recordings", "runs", "monitor")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "data",
        help="where your data is; export, import, purge, encrypt it",
        description="Show where Velox keeps what it knows, share it without code, remove it, or encrypt it.",
        epilog="Exit code: 0 done, 2 wrong use or bad input, 130 cancelled.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    options = output.common_options()

    where = actions.add_parser("where", parents=[options], help="show places, sizes, key and retention")
    where.set_defaults(run=_where)

    exporting = actions.add_parser("export", parents=[options], help="write all rows as JSON lines")
    exporting.add_argument("file", nargs="?", default="-", metavar="FILE", help="default: standard output")
    exporting.add_argument(
        "--with-code", action="store_true", help="also source text, counterexamples and notes"
    )
    exporting.add_argument(
        "--with-paths", action="store_true", help="also names of workspaces, files and functions"
    )
    exporting.set_defaults(run=_export)

    importing = actions.add_parser("import", parents=[options], help="add rows from JSON lines")
    importing.add_argument("file", metavar="FILE")
    importing.set_defaults(run=_import)

    purging = actions.add_parser(
        "purge",
        parents=[options],
        help="remove rows for good",
        description="Without --yes this only says what would be removed. The audit says that something was.",
    )
    what = purging.add_mutually_exclusive_group(required=True)
    what.add_argument("--all", action="store_true", help="all rows, caches, recorded calls and requests")
    what.add_argument("--older-than", type=float, metavar="DAYS", help="rewrites, feedback and figures")
    what.add_argument("--workspace", metavar="PATH", help="what is known of one workspace")
    what.add_argument("--code", action="store_true", help="source text only; figures and choices stay")
    purging.add_argument("--yes", action="store_true", help="remove it")
    purging.set_defaults(run=_purge)

    encrypting = actions.add_parser(
        "encrypt",
        parents=[options],
        help="encrypt source text and model answers",
        description=f"Encrypt what is there with the key in {sealing.KEY_VARIABLE}, or with a new one in the "
        "system's keyring. With a new key in front of the old one, separated by a comma, all is encrypted anew.",
    )
    key = encrypting.add_mutually_exclusive_group()
    key.add_argument("--new-key", action="store_true", help="only print a new key; nothing is changed")
    key.add_argument("--keyring", action="store_true", help="make a key and keep it in the system's keyring")
    encrypting.set_defaults(run=_encrypt)

    decrypting = actions.add_parser("decrypt", parents=[options], help="store everything plain again")
    decrypting.set_defaults(run=_decrypt)


def _where(args: argparse.Namespace) -> int:
    own = settings.load_own()
    with _open() as store:
        document = {
            "store": store.shown,
            "kind": "file" if store.path else "PostgreSQL",
            "bytes": _size(store.path) if store.path else None,
            "rows": store.count(),
            "notices": store.notices,
        }
    if sealing.KEY_VARIABLE in os.environ:
        key = f"from {sealing.KEY_VARIABLE}"
    else:
        key = "from the keyring" if sealing.marker().exists() else "none: source text is stored plain"
    folder = data_dir()
    document |= {"folder": str(folder), "key": key, "retention_days": own.retention_days}
    document["folders"] = [
        {"path": str(folder / name), "holds": holds, "bytes": _size(folder / name)}
        for name, holds in _FOLDERS.items()
        if (folder / name).exists()
    ]
    output.emit(document, args, _render_where)
    return output.DONE


def _export(args: argparse.Namespace) -> int:
    with _open() as store:
        lines = sharing.export(store, with_code=args.with_code, with_paths=args.with_paths)
        if args.file == "-":
            for line in lines:
                print(line)
            return output.DONE
        count = 0
        try:
            with open(args.file, "w", encoding="utf-8") as file:
                for line in lines:
                    file.write(line + "\n")
                    count += 1
        except OSError as error:
            raise VeloxError(
                "not-writable", f"{args.file} cannot be written: {error.strerror}.", "Choose another file."
            ) from error
    output.emit({"exported": count - 1, "file": args.file}, args, _render_counts)
    return output.DONE


def _import(args: argparse.Namespace) -> int:
    try:
        with open(args.file, encoding="utf-8") as file, _open() as store:
            added = sharing.take(store, file, args.file)
    except (OSError, UnicodeDecodeError) as error:
        raise VeloxError(
            "not-readable", f"{args.file} cannot be read: {error}.", "Check the path."
        ) from error
    output.emit({"added": added, "file": args.file}, args, _render_counts)
    return output.DONE


def _purge(args: argparse.Namespace) -> int:
    action: Callable[..., purge.Removed]
    if args.older_than is not None:
        if args.older_than < 0:
            raise VeloxError("bad-days", f"{args.older_than:g} days is not a time.", "Give 0 or more.")
        action = partial(purge.older_than, days=args.older_than)
    elif args.workspace is not None:
        action = partial(purge.workspace, name=str(Path(args.workspace).resolve()))
    else:
        action = purge.everything if args.all else purge.code
    with _open() as store:
        removed = action(store, dry=not args.yes)
    folders = [data_dir() / name for name in _WITH_CODE] if args.all or args.code else []
    folders += [data_dir() / "audit"] if args.all else []
    folders = [folder for folder in folders if folder.exists()]
    if args.yes:
        for folder in folders:
            shutil.rmtree(folder)
    document = {"done": args.yes, "rows": removed, "folders": [str(folder) for folder in folders]}
    output.emit(document, args, _render_purge)
    return output.DONE


def _encrypt(args: argparse.Namespace) -> int:
    if args.new_key:
        output.emit({"key": sealing.new_key()}, args, lambda document, screen: screen.print(document["key"]))
        return output.DONE
    if args.keyring and not sealing.marker().exists():
        sealer: sealing.Sealer | None = sealing.Sealer(key := sealing.new_key())
        sealing.to_keyring(key)
    else:
        sealer = sealing.current()
    if sealer is None:
        raise VeloxError(
            "no-key",
            "No key is set, so nothing can be encrypted.",
            f"Set {sealing.KEY_VARIABLE} to what `velox data encrypt --new-key` prints, or add --keyring.",
        )
    return _reseal(sealer, args)


def _decrypt(args: argparse.Namespace) -> int:
    code = _reseal(None, args)
    sealing.marker().unlink(missing_ok=True)
    if not args.quiet and sealing.KEY_VARIABLE in os.environ:
        print(f"velox: unset {sealing.KEY_VARIABLE}, or new rows will be encrypted", file=sys.stderr)
    return code


def _reseal(sealer: sealing.Sealer | None, args: argparse.Namespace) -> int:
    with _open() as store:
        count = purge.reseal(store, sealer)
    files, left = reseal_files(sealer)
    # Answers and inputs that were remembered before are of the other kind; they can be had again.
    shutil.rmtree(data_dir() / "cache", ignore_errors=True)
    verb = "encrypted" if sealer else "decrypted"
    for name in left:
        print(
            f"velox: {output.clean(name)} was left as it is: another key closes it, or a run is using it",
            file=sys.stderr,
        )
    document = {verb: count, "files": files, "left": left}
    output.emit(document, args, lambda said, screen: screen.print(f"{said[verb]} rows, {files} files {verb}"))
    return output.DONE


def _open() -> ExperienceStore:
    store = ExperienceStore.open()
    for notice in store.notices:
        print(f"velox: {output.clean(notice)}", file=sys.stderr)
    return store


def _size(path: Path) -> int:
    """Bytes of a file with its journal, or of all files under a folder."""
    if path.is_dir():
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    parts = [path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))]
    return sum(part.stat().st_size for part in parts if part.exists())


def _render_where(document: dict[str, Any], screen: Console) -> None:
    size = f", {_shown(document['bytes'])}" if document["bytes"] is not None else ""
    screen.print(output.clean(f"store      {document['store']} ({document['kind']}{size})"))
    filled = ", ".join(f"{count} {table}" for table, count in document["rows"].items() if count)
    screen.print(f"rows       {filled or 'none yet'}")
    screen.print(f"key        {document['key']}")
    days = document["retention_days"]
    screen.print(f"retention  {f'{days} days' if days else 'for ever'}")
    for folder in document["folders"]:
        screen.print(
            output.clean(f"beside it  {folder['path']}: {folder['holds']}, {_shown(folder['bytes'])}")
        )


def _render_purge(document: dict[str, Any], screen: Console) -> None:
    rows = ", ".join(f"{count} {table}" for table, count in document["rows"].items() if count)
    what = " and ".join(filter(None, [rows, ", ".join(document["folders"])])) or "nothing"
    if document["done"]:
        screen.print(f"removed {what}")
    else:
        screen.print(f"would remove {what}; add --yes to do it")


def _render_counts(document: dict[str, Any], screen: Console) -> None:
    if "exported" in document:
        screen.print(f"{document['exported']} rows written to {document['file']}")
    else:
        added = ", ".join(f"{count} {kind}" for kind, count in document["added"].items() if count)
        screen.print(f"new from {document['file']}: {added or 'nothing'}")


def _shown(size: int) -> str:
    return f"{size / 1024:.0f} KiB" if size < 1 << 20 else f"{size / (1 << 20):.1f} MiB"
