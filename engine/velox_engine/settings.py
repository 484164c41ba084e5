"""Typed settings: the one source for command-line flags, LSP configuration, pyproject's [tool.velox] and the docs."""

from __future__ import annotations

import dataclasses
import math
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from velox_engine.types import VeloxError

# What a project's pyproject.toml may do with a setting. It comes with the code, so it must not decide where that
# code and the person's keys are sent: there it may only tighten.
Scope = Literal["free", "own", "only-off", "only-on", "adds", "lowers"]
CONFIG_VARIABLE = "VELOX_CONFIG"


def _setting(
    default: Any,
    doc: str,
    *,
    low: float | None = None,
    high: float | None = None,
    scope: Scope = "free",
    table: bool = False,
) -> Any:
    metadata = {"doc": doc, "low": low, "high": high, "scope": scope, "table": table}
    return field(default=default, metadata=metadata)


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
    budget: float = _setting(10.0, "Seconds to spend on one function.", low=1, high=3600)
    max_suggestions: int = _setting(3, "Suggestions to return for one function.", low=1, high=20)
    max_steps: int = _setting(4, "Strategies that may be applied one after another.", low=1, high=10)
    input_count: int = _setting(200, "Core inputs to look for.", low=20, high=2_000)
    input_seconds: float = _setting(1.0, "Seconds to search for inputs.", low=0.1, high=60)
    top_seconds: float = _setting(
        0.015, "Inputs grow until one call takes so many seconds; less is quicker.", low=0.001, high=1
    )
    seed: int = _setting(0, "Seed of every random choice.", low=0, high=2**31 - 1)
    cache: bool = _setting(True, "Remember verdicts and measurements, so that asking again is free.")
    numpy: bool = _setting(
        False,
        "Also propose NumPy for loops over numbers in modules that do not import it yet, where the interpreter that"
        " runs your code can.",
    )
    # The policy
    adapt: bool = _setting(
        True,
        "Let your answers in a workspace, and what was measured on functions alike, change which strategies "
        "come first.",
    )
    train_in_idle: bool = _setting(
        True,
        "Train a shadow policy in the background on your answers; it only watches until it is better.",
        scope="only-off",
    )
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
        scope="only-off",
    )
    trust: bool = _setting(True, "Whether this workspace's code may be run; false: scanning only.")
    # Which rules
    select: tuple[str, ...] = _setting((), "Rule ids or prefixes to report; empty: all.")
    extend_select: tuple[str, ...] = _setting(
        (), "Rule ids or prefixes to report besides, such as rules that are off by default."
    )
    ignore: tuple[str, ...] = _setting((), "Rule ids or prefixes not to report.")
    per_file_ignores: tuple[str, ...] = _setting(
        (),
        "Rules not to report in some files, as `pattern: rules` (`tests/**: VX301, VX7`); in pyproject a table too.",
        table=True,
    )
    severity: tuple[str, ...] = _setting(
        (),
        "Severity of rules instead of their own, as `rules: hint`, `info` or `warning`; in pyproject a table too.",
        table=True,
    )
    scan_tests: bool = _setting(
        False, "Also report what is slow in tests (`test_…`), which run once on little data."
    )
    scan_doubtful: bool = _setting(
        False,
        "Also report, as hints, what pays only among many elements where nothing in the text says that there are many.",
    )
    exclude: tuple[str, ...] = _setting((), "Paths (gitignore patterns) not to scan.")
    # Repositories and machines beyond this one
    repository_mib: int = _setting(
        500, "Largest repository to fetch, packed or unpacked, in MiB.", low=1, high=100_000, scope="own"
    )
    repository_seconds: float = _setting(
        300.0, "Longest time that fetching a repository may take.", low=1, high=86_400, scope="own"
    )
    executor: str = _setting(
        "",
        "Where whole projects are optimised and outcomes are collected: empty for processes of this machine, `dask` for"
        " a Dask cluster on it, or the address of a Dask scheduler (`tcp://host:8786`). Code and paths are sent there.",
        scope="own",
    )
    monitor_webhook: str = _setting(
        "",
        "Address that `velox monitor` posts to when something got slower: https, or http on this machine. Paths, names"
        " and figures are sent, nothing of the source.",
        scope="own",
    )
    # The person's own tests
    own_tests: bool = _setting(
        True, "Run the tests that reach a function on each rewrite, in the sandbox, before it is offered."
    )
    test_command: str = _setting(
        "",
        "Command that must still succeed with the rewrite applied, on a copy; in place of the tests found.",
    )
    # Models (docs/models.md)
    llm: bool = _setting(
        True, "Ask the models named below, if any; false: built-in strategies only.", scope="only-off"
    )
    llm_local_only: bool = _setting(
        True, "Ask only models on this machine; false: code may be sent to the others.", scope="only-on"
    )
    llm_primary: str = _setting(
        "", "Model to ask first, such as `openai/NAME` or a GGUF file; empty: none.", scope="own"
    )
    llm_primary_url: str = _setting("", "Its address, where that is not the provider's own.", scope="own")
    llm_primary_key: str = _setting(
        "", "Environment variable that holds its key; empty: the provider's usual one.", scope="own"
    )
    llm_secondary: str = _setting("", "Model to ask when the first does not answer.", scope="own")
    llm_secondary_url: str = _setting("", "Its address.", scope="own")
    llm_secondary_key: str = _setting("", "Environment variable that holds its key.", scope="own")
    llm_local: str = _setting(
        "", "Model on this machine to ask last: `ollama/NAME` or a GGUF file.", scope="own"
    )
    llm_local_url: str = _setting("", "Its address; empty: Ollama's usual one.", scope="own")
    llm_timeout: float = _setting(
        60.0, "Seconds a primary or secondary model may take for one answer.", low=0.1, high=600, scope="own"
    )
    llm_local_timeout: float = _setting(
        180.0, "Seconds the local model may take for one answer.", low=0.1, high=3600, scope="own"
    )
    llm_retries: int = _setting(
        1, "Times to ask a model again after a passing failure.", low=0, high=5, scope="own"
    )
    llm_exclude: tuple[str, ...] = _setting(
        (), "Paths (gitignore patterns) whose code no model gets to see.", scope="adds"
    )
    llm_actions: int = _setting(
        2, "Actions for which a model is asked about one function.", low=1, high=24, scope="own"
    )
    llm_candidates: int = _setting(
        3,
        "Rewrites to ask for at once; 1 asks in plain Python, not JSON.",
        low=1,
        high=8,
        scope="own",
    )
    llm_max_reflections: int = _setting(
        3, "Times a model is shown why its rewrites failed and asked again.", low=0, high=3, scope="own"
    )
    llm_max_tokens: int = _setting(2048, "Longest answer, in tokens.", low=64, high=32_768, scope="own")
    llm_context_chars: int = _setting(
        12_000, "Longest description of a function sent, in characters.", low=1_000, high=200_000, scope="own"
    )
    llm_daily_requests: int = _setting(500, "Requests to models in one day (UTC).", low=0, scope="lowers")
    llm_daily_tokens: int = _setting(
        2_000_000, "Tokens sent and received in one day (UTC).", low=0, scope="lowers"
    )
    llm_daily_cost: float = _setting(2.0, "US dollars spent in one day (UTC).", low=0, scope="lowers")
    # What Velox remembers (docs/data.md)
    database: str = _setting(
        "",
        "PostgreSQL URL of a store that a team shares, without a password; empty: a file of your own.",
        scope="own",
    )
    retention_days: int = _setting(
        365,
        "Days that rewrites, attempts, figures and feedback are kept; what was learned from them stays. 0: for ever.",
        low=0,
        high=36_500,
        scope="own",
    )
    learned: bool = _setting(
        True,
        "Try what you accepted once wherever else in the workspace it fits; false: built-in strategies only.",
        scope="only-off",
    )
    learned_everywhere: bool = _setting(False, "Also try what you accepted in other workspaces.", scope="own")
    # In editors
    verify_in_idle: bool = _setting(
        True,
        "Verify findings of the open file while you pause, so that light bulbs carry figures; "
        "only where the editor says that the workspace is trusted.",
        scope="only-off",
    )
    idle_findings: int = _setting(
        5, "Findings to verify while you pause, for each state of a file.", low=1, high=100, scope="lowers"
    )
    idle_budget: float = _setting(20.0, "Seconds to spend on one of them.", low=1, high=600, scope="lowers")
    code_lens: bool = _setting(True, "Show measured figures and verified rewrites above functions.")
    inlay_hints: bool = _setting(True, "Show measured run time and scaling behind a function's first line.")
    workspace_diagnostics: bool = _setting(
        False, "Report findings of all files of the workspace, not only of open ones."
    )

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
    changes: dict[str, Any] = {}
    for key, value in _flatten(values, ""):
        name = _normalise(key)
        spec = _FIELDS.get(name)
        if spec is None:
            known = ", ".join(sorted(_FIELDS))
            raise VeloxError(
                "bad-setting", f"{origin}: unknown setting {key!r}.", f"Known settings: {known}."
            )
        checked = _check(origin, key, value, spec)
        if spec.metadata["scope"] == "adds":
            checked = tuple(dict.fromkeys((*getattr(base, name), *checked)))
        changes[name] = checked
    return dataclasses.replace(base, **changes)


_FIELDS = {f.name: f for f in dataclasses.fields(Settings)}


def _flatten(values: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    """Yield settings with their full names: `[tool.velox.llm] exclude` is `llm.exclude`."""
    for key, value in values.items():
        spec = _FIELDS.get(_normalise(f"{prefix}{key}"))
        if isinstance(value, Mapping) and not (spec is not None and spec.metadata["table"]):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


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
        if spec.metadata["table"] and isinstance(value, Mapping):
            value = _entries(value)
        ok = isinstance(value, list | tuple) and all(isinstance(v, str) for v in value)
        value = tuple(value) if ok else value
    else:
        ok = isinstance(value, str)
    if not ok:
        raise VeloxError(
            "bad-setting", f"{origin}: {key} = {value!r} is not a {wanted}.", spec.metadata["doc"]
        )
    if low is not None and not low <= value <= (math.inf if high is None else high):
        raise VeloxError(
            "bad-setting",
            f"{origin}: {key} = {value!r} is outside {_range(low, high)}.",
            spec.metadata["doc"],
        )
    return value


def _entries(table: Mapping[str, Any]) -> list[Any]:
    """Write a table as a list: {"tests/*": ["VX1", "VX2"]} becomes ["tests/*: VX1, VX2"]."""
    return [
        f"{key}: {', '.join(value)}"
        if isinstance(value, list) and all(isinstance(part, str) for part in value)
        else f"{key}: {value}"
        if isinstance(value, str)
        else value
        for key, value in table.items()
    ]


def _range(low: float, high: float | None) -> str:
    return f"{low} or more" if high is None else f"{low} to {high}"


def own_file() -> Path:
    """Return the file of the person's own settings; VELOX_CONFIG overrides the platform's convention."""
    chosen = os.environ.get(CONFIG_VARIABLE)
    if chosen:
        return Path(chosen).expanduser()
    import platformdirs  # not needed where the variable is set

    return Path(platformdirs.user_config_dir("velox", appauthor=False)) / "config.toml"


def load_own() -> Settings:
    """Read the person's own settings, which hold for all projects; defaults when there are none.

    Raises VeloxError `bad-setting` when the file or a value in it is wrong.
    """
    path = own_file()
    return parse(_read_toml(path), origin=str(path))


def load_project(root: Path) -> Settings:
    """Read [tool.velox] of `root`/pyproject.toml over the person's own settings.

    Raises VeloxError `bad-setting` when a file or a value in it is wrong, or not for a project to decide.
    """
    path = root / "pyproject.toml"
    section = _read_toml(path).get("tool", {}).get("velox", {})
    base, origin = load_own(), f"{path.name} [tool.velox]"
    loaded = parse(section, base=base, origin=origin)
    for key, _ in _flatten(section, ""):
        name = _normalise(key)
        _require_tighter(
            origin, key, _FIELDS[name].metadata["scope"], getattr(base, name), getattr(loaded, name)
        )
    return loaded


def _require_tighter(origin: str, key: str, scope: Scope, own: Any, wanted: Any) -> None:
    """Raise VeloxError unless a project may set this to the value it wants."""
    fine = {
        "free": True,
        "own": False,
        "only-off": wanted is False,
        "only-on": wanted is True,
        "adds": True,
        "lowers": scope == "lowers" and wanted <= own,
    }[scope]
    if not fine:
        option = " or with --allow-unconfined" if _normalise(key) == "allow_unconfined" else ""
        raise VeloxError(
            "bad-setting",
            f"{origin}: {key} = {wanted!r} is not for a project to decide.",
            f"It is yours to set, if you trust this code: in {own_file()}, in your editor{option}.",
        )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise VeloxError("bad-setting", f"{path}: cannot be read: {error}.", "Mend the file.") from error


def documented() -> list[tuple[str, str, str]]:
    """Return (key, default, description) of each setting, for the generated page."""
    rows: list[tuple[str, str, str]] = []
    for spec in dataclasses.fields(Settings):
        default = list(spec.default) if isinstance(spec.default, tuple) else spec.default
        doc = spec.metadata["doc"]
        if spec.metadata["low"] is not None:
            doc += f" ({_range(spec.metadata['low'], spec.metadata['high'])})"
        if spec.metadata["scope"] == "own":
            doc += " Not from a project."
        shown = str(default).lower() if isinstance(default, bool) else repr(default)
        rows.append((spec.name.replace("_", "-"), shown, doc))
    return rows
