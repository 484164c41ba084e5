"""What the layers in force confine, in words and as the error that refuses to run without them."""

from __future__ import annotations

from collections.abc import Collection

from velox_engine.types import VeloxError
from velox_engine.verify.sandbox.model import Profile


def unconfined_acts(profile: Profile, layers: Collection[str]) -> list[str]:
    """Which of network, writing and reading the given layers leave open."""
    if "seccomp" not in layers:
        return ["network", "writing", "reading"]
    # Strict without Landlock locks before the program loads, so nothing can be read at all.
    return [] if "landlock" in layers or profile == "strict" else ["reading"]


def unconfined(why: str) -> VeloxError:
    """The refusal to run; `why` is a clause."""
    return VeloxError(
        "unconfined",
        f"Velox does not run this code here: {why}.",
        "See `velox doctor`. Allow unconfined runs in the settings only for code that you would run yourself.",
    )


def describe_level(profile: Profile, layers: Collection[str]) -> str:
    """The profile and its layers; what they leave open comes first."""
    names = [
        name for name in ("seccomp", "namespaces", "landlock", "capabilities", "rlimits") if name in layers
    ]
    shown = ", ".join("Landlock" if name == "landlock" else name for name in names)
    missing = unconfined_acts(profile, layers)
    if missing:
        return f"unconfined ({' and '.join(missing)} open): {shown or 'no layers'}"
    return f"{profile}: {shown}"
