"""Typed settings: the one source for command-line flags, LSP configuration, pyproject's [tool.velox] and the docs."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from velox_engine.types import VeloxError


def _setting(default: Any, doc: str, *, low: float | None = None, high: float | None = None) -> Any:
    return field(default=default, metadata={"doc": doc, "low": low, "high": high})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default; names are the keys of [tool.velox] and, after `velox.`, of editors.

    Editors and pyproject write them with dashes or camel case; `parse` accepts all three spellings.
    """

    # What counts as better
    objective_runtime: float = _setting(0.705882, "Weight of run time in the objective.", low=0, high=1)
    objective_memory: float = _setting(
        0.294118, "Weight of peak memory in the objective; the two sum to 1.", low=0, high=1
    )
    # The acceptance rule (DESIGN §8); values may tighten it, never loosen it
    min_inputs: int = _setting(20, "Core inputs a rewrite must agree on.", low=20, high=10_000)
    min_strength: float = _setting(
        0.8,
        "Share of planted bugs the inputs must detect; below it a rewrite is 'weakly checked'.",
        low=0.8,
        high=1,
    )
    min_speedup: float = _setting(
        1.05, "The lower end of the speed-up's 95 % interval must exceed this.", low=1.05, high=100
    )
    min_speedup_micro: float = _setting(
        1.15, "The same for functions whose call takes under 10 µs.", low=1.15, high=100
    )
    min_memory_saving: float = _setting(
        0.10, "Share of peak memory that must be saved when time is unchanged.", low=0.1, high=1
    )
    strict: bool = _setting(False, "A caveat (a difference outside the evident domain) refutes.")
    weak: bool = _setting(False, "Also offer rewrites that are only weakly checked, and say so.")
    # How long and how much
    budget: float = _setting(60.0, "Seconds to spend on one function.", low=1, high=3600)
    max_suggestions: int = _setting(3, "Suggestions to return for one function.", low=1, high=20)
    max_steps: int = _setting(4, "Strategies that may be applied one after another.", low=1, high=10)
    input_count: int = _setting(200, "Core inputs to look for.", low=20, high=2_000)
    input_seconds: float = _setting(1.0, "Seconds to search for inputs.", low=0.1, high=60)
    top_seconds: float = _setting(
        0.02, "Inputs grow until one call takes so many seconds; less is quicker.", low=0.001, high=1
    )
    seed: int = _setting(0, "Seed of every random choice.", low=0, high=2**31 - 1)
    cache: bool = _setting(True, "Remember verdicts and measurements, so that asking again is free.")
    # The sandbox
    interpreter: str = _setting("", "Python that runs your code; empty: found from the project.")
    call_seconds: float = _setting(2.0, "Longest single call in the sandbox.", low=0.1, high=10)
    load_seconds: float = _setting(10.0, "Longest time a module may take to load there.", low=1, high=60)
    memory_mib: int = _setting(512, "Memory limit of a sandboxed run, in MiB.", low=64, high=4096)
    output_kib: int = _setting(1024, "Most that one call may print, in KiB.", low=1, high=16_384)
    file_kib: int = _setting(1024, "Largest file that a run may write, in KiB.", low=0, high=16_384)
    open_files: int = _setting(64, "Files that a run may hold open.", low=16, high=1024)
    threads: bool = _setting(False, "Let sandboxed code start threads; new processes are never allowed.")
    allow_unconfined: bool = _setting(
        False,
        "Run candidates although network, reads or writes are not confined here. Dangerous: they may then do"
        " whatever you may. Only you can set it (option or editor), no project can.",
    )
    trust: bool = _setting(True, "Whether this workspace's code may be run; false: scanning only.")
    # Which rules
    select: tuple[str, ...] = _setting((), "Rule ids or prefixes to report; empty: all.")
    ignore: tuple[str, ...] = _setting((), "Rule ids or prefixes not to report.")
    exclude: tuple[str, ...] = _setting((), "Paths (gitignore patterns) not to scan.")
    # The person's own tests
    test_command: str = _setting("", "Command that must still succeed with the rewrite applied.")

    def require_trust(self) -> None:
        """Raise VeloxError `untrusted` unless this workspace's code may be run; to be asked before any of it is."""
        if not self.trust:
            raise VeloxError(
                "untrusted",
                "This workspace is not trusted, so Velox scans it and runs nothing of it.",
                "Set `trust` (in editors `velox.trust`) to true once you trust it.",
            )

    def replace(self, **changes: Any) -> Settings:
        """Return a copy with `changes`, each checked as `parse` does."""
        return parse(changes, base=self)


def _normalise(key: str) -> str:
    spaced = "".join(f"_{c.lower()}" if c.isupper() else c for c in key)
    return spaced.replace("-", "_").replace(".", "_").lstrip("_")


def parse(values: Mapping[str, Any], *, base: Settings | None = None, origin: str = "settings") -> Settings:
    """Build settings from loosely spelt `values` over `base`.

    Raises VeloxError `bad-setting` with the key, the value and what would be right.
    """
    base = base or Settings()
    fields = {f.name: f for f in dataclasses.fields(Settings)}
    changes: dict[str, Any] = {}
    for key, value in values.items():
        name = _normalise(key)
        spec = fields.get(name)
        if spec is None:
            known = ", ".join(sorted(fields))
            raise VeloxError(
                "bad-setting", f"{origin}: unknown setting {key!r}.", f"Known settings: {known}."
            )
        changes[name] = _check(origin, key, value, spec)
    return dataclasses.replace(base, **changes)


def _check(origin: str, key: str, value: Any, spec: dataclasses.Field[Any]) -> Any:
    default = spec.default
    low, high = spec.metadata["low"], spec.metadata["high"]
    wanted = type(default).__name__
    ok: bool
    if isinstance(default, bool):
        ok = isinstance(value, bool)
    elif isinstance(default, int):
        ok = isinstance(value, int) and not isinstance(value, bool)
    elif isinstance(default, float):
        ok = isinstance(value, int | float) and not isinstance(value, bool)
        value = float(value) if ok else value
    elif isinstance(default, tuple):
        wanted = "list of strings"
        ok = isinstance(value, list | tuple) and all(isinstance(v, str) for v in value)
        value = tuple(value) if ok else value
    else:
        ok = isinstance(value, str)
    if not ok:
        raise VeloxError(
            "bad-setting", f"{origin}: {key} = {value!r} is not a {wanted}.", spec.metadata["doc"]
        )
    if low is not None and not low <= value <= high:
        raise VeloxError(
            "bad-setting",
            f"{origin}: {key} = {value!r} is outside {low} to {high}.",
            spec.metadata["doc"],
        )
    return value


def load_project(root: Path) -> Settings:
    """Read [tool.velox] of `root`/pyproject.toml; defaults when there is none.

    Raises VeloxError `bad-setting` when the file or a value in it is wrong.
    """
    path = root / "pyproject.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise VeloxError("bad-setting", f"{path}: cannot be read: {error}.", "Mend the file.") from error
    section = table.get("tool", {}).get("velox", {})
    if any(_normalise(key) == "allow_unconfined" and value for key, value in section.items()):
        raise VeloxError(
            "bad-setting",
            f"{path.name} [tool.velox] sets allow-unconfined, which a project must not decide for you.",
            "Pass --allow-unconfined, or set `velox.allowUnconfined` in your editor, if you trust this code.",
        )
    return parse(section, origin=f"{path.name} [tool.velox]")


def documented() -> list[tuple[str, str, str]]:
    """Return (key, default, description) of each setting, for the generated page."""
    rows: list[tuple[str, str, str]] = []
    for spec in dataclasses.fields(Settings):
        default = list(spec.default) if isinstance(spec.default, tuple) else spec.default
        doc = spec.metadata["doc"]
        if spec.metadata["low"] is not None:
            doc += f" ({spec.metadata['low']} to {spec.metadata['high']})"
        shown = str(default).lower() if isinstance(default, bool) else repr(default)
        rows.append((spec.name.replace("_", "-"), shown, doc))
    return rows
