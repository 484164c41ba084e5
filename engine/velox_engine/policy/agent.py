"""The policy at work: a line for each action and a masked network beside it in NumPy; without weights a fixed order.

Training lives elsewhere; here weights are only read. NumPy and safetensors are imported when weights are
loaded, so that importing this module costs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from velox_engine.actions import ACTION_INDEX, ACTIONS, NO_CHANGE
from velox_engine.policy import manifest as manifests
from velox_engine.policy.features import FEATURES
from velox_engine.policy.records import Proposals, Records
from velox_engine.policy.wide import Wide, parse_effects

# Cheap, likely and large gains first; used when no network can be loaded, and as a baseline in evaluation.
PRIOR_ORDER: Final[tuple[int, ...]] = tuple(
    ACTION_INDEX[name]
    for name in (
        "caching",
        "data_structure",
        "loop_invariant_hoisting",
        "algorithm_change",
        "dataframe_vectorization",
        "regex",
        "sorting_selection",
        "stdlib_substitution",
        "string_building",
        "comprehension",
        "builtin_substitution",
        "vectorization",
        "copy_elimination",
        "precomputation",
        "loop_restructuring",
        "in_place_update",
        "lazy_generation",
        "recursion_to_iteration",
        "io_buffering",
        "concurrency",
        "memory_layout",
        "exception_flow",
        "name_lookup",
        "alternative_solution",
        "no_change",
    )
)

LAYERS: Final[tuple[str, ...]] = ("trunk_1", "trunk_2", "value", "advantage")
# Beside the layers in a checkpoint, where it was trained with them: `Records` as JSON, and what they weigh.
RECORDS: Final = "records"
RECORDS_WEIGHT: Final = "records_weight"
# And the wide part, where there is one: the lines, and what strategies add as JSON.
WIDE_WEIGHT: Final = "wide.weight"
WIDE_BIAS: Final = "wide.bias"
WIDE_EFFECTS: Final = "wide.effects"


@dataclass(frozen=True, slots=True)
class Policy:
    """Orders actions for a function; without `layers` in the prior order, whatever the state.

    A value is the network's plus the wide part's, which knows the features and the strategies that have something to
    propose, plus what the records let expect of these.
    """

    layers: tuple[tuple[Any, Any], ...] = ()  # (weight [out, in], bias [out]) of LAYERS
    version: str = "prior"
    note: str = ""  # why this policy serves instead of the wanted one, "" when it is the wanted one
    offsets: tuple[
        float, ...
    ] = ()  # added to the values: what one workspace's choices taught (see `adaptation`)
    records: Records = field(default_factory=Records)
    records_weight: float = 0.0
    wide: Wide | None = None
    # Strategy → (worked, tried) on functions that look like the one at hand; moves what the records say.
    alike: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def learned(self) -> bool:
        """Whether a trained network decides."""
        return bool(self.layers)

    @property
    def hidden(self) -> int:
        """The width of the network's hidden layers; 0 for a fixed order."""
        return int(self.layers[0][0].shape[0]) if self.layers else 0

    @classmethod
    def load(cls, path: Path | None = None) -> Policy:
        """Load the checkpoint in folder `path`; None: the active, else the shipped one, else the prior order.

        With a path, a checkpoint that cannot serve is refused (VeloxError `policy-missing`, `policy-mismatch`
        or `policy-damaged`); without one, the reason stands in `note`.
        """
        if path is None:
            from velox_engine.policy import registry

            return registry.load_active()
        manifest = manifests.read(path)
        layers, records, weight, wide = _read_weights(path, manifest)
        return cls(layers=layers, version=manifest.version, records=records, records_weight=weight, wide=wide)

    def q_values(self, state: Sequence[float], proposals: Proposals | None = None) -> tuple[float, ...]:
        """The expected return of each of the 25 actions in this state, whether applicable or not.

        `proposals` names the strategies that have something to propose; None where that is not known.
        """
        values = self._values(state, proposals)
        if self.records or self.alike:
            expected = self.records.expected(proposals, self.alike)
            weight = self.records_weight if self.records else 1.0
            values = tuple(v + weight * e for v, e in zip(values, expected, strict=True))
        if self.offsets:
            return tuple(value + more for value, more in zip(values, self.offsets, strict=True))
        return values

    def _values(self, state: Sequence[float], proposals: Proposals | None) -> tuple[float, ...]:
        if len(state) != len(FEATURES):
            raise ValueError(f"a state has {len(FEATURES)} numbers, not {len(state)}")
        if not self.layers:
            worst = len(PRIOR_ORDER) - 1
            places = {action: place for place, action in enumerate(PRIOR_ORDER)}
            return tuple(1.0 - places[action] / worst for action in range(len(ACTIONS)))
        values = self._forward(state)
        if self.wide is not None:
            values = values + self.wide.values(state, proposals)
        return tuple(values.tolist())

    def rank(
        self, state: Sequence[float], mask: Sequence[bool], proposals: Proposals | None = None
    ) -> list[int]:
        """The applicable actions and `no_change`, best first; ties go to the lower index."""
        values = self.q_values(state, proposals)
        allowed = [index for index in range(len(ACTIONS)) if mask[index] or index == NO_CHANGE]
        return sorted(allowed, key=lambda index: (-values[index], index))

    def confidence(
        self, state: Sequence[float], mask: Sequence[bool], proposals: Proposals | None = None
    ) -> float:
        """How clearly the first choice leads the second: 0.5 (a tie) to 1 (nothing else to choose)."""
        values = self.q_values(state, proposals)
        order = sorted(
            (index for index in range(len(ACTIONS)) if mask[index]), key=lambda index: -values[index]
        )
        if len(order) < 2:
            return 1.0
        # A difference of 0.25 in a return that lies within about [-1, 1] counts as clear.
        return 1.0 / (1.0 + math.exp(-(values[order[0]] - values[order[1]]) / 0.25))

    def _forward(self, state: Sequence[float]) -> Any:
        import numpy as np

        (w1, b1), (w2, b2), (wv, bv), (wa, ba) = self.layers
        hidden = np.maximum(w1 @ np.asarray(state, dtype=np.float32) + b1, 0.0)
        hidden = np.maximum(w2 @ hidden + b2, 0.0)
        advantage = wa @ hidden + ba
        return (wv @ hidden + bv) + advantage - advantage.mean()


def _read_weights(
    folder: Path, manifest: manifests.Manifest
) -> tuple[tuple[tuple[Any, Any], ...], Records, float, Wide | None]:
    import numpy as np
    from safetensors import SafetensorError
    from safetensors.numpy import load

    data = manifests.weights_bytes(folder, manifest)
    try:
        tensors = load(data)
    except (SafetensorError, ValueError, TypeError, OverflowError) as error:
        raise manifests.damaged(folder, str(error)) from error
    hidden = manifest.hidden
    shapes = {
        "trunk_1": (hidden, len(FEATURES)),
        "trunk_2": (hidden, hidden),
        "value": (1, hidden),
        "advantage": (len(ACTIONS), hidden),
    }
    layers: list[tuple[Any, Any]] = []
    for name in LAYERS:
        weight, bias = tensors.get(f"{name}.weight"), tensors.get(f"{name}.bias")
        if weight is None or bias is None:
            raise manifests.damaged(folder, f"layer {name} is missing")
        if weight.shape != shapes[name] or bias.shape != shapes[name][:1]:
            raise manifests.damaged(folder, f"layer {name} has shape {weight.shape}, not {shapes[name]}")
        if not (np.isfinite(weight).all() and np.isfinite(bias).all()):
            raise manifests.damaged(folder, f"layer {name} holds a value that is not finite")
        layers.append((weight.astype(np.float32), bias.astype(np.float32)))
    return tuple(layers), *_read_records(folder, tensors), _read_wide(folder, tensors)


def _read_records(folder: Path, tensors: Mapping[str, Any]) -> tuple[Records, float]:
    """What a checkpoint knows of strategies; nothing where it was trained without."""
    packed, weight = tensors.get(RECORDS), tensors.get(RECORDS_WEIGHT)
    if packed is None and weight is None:
        return Records(), 0.0
    if packed is None or weight is None:
        raise manifests.damaged(folder, f"{RECORDS} and {RECORDS_WEIGHT} belong together")
    try:
        records, share = Records.parse(packed.tobytes().decode("utf-8")), float(weight.item())
    except (AttributeError, ValueError) as error:
        raise manifests.damaged(folder, str(error)) from error
    if not math.isfinite(share):
        raise manifests.damaged(folder, f"{RECORDS_WEIGHT} is not finite")
    return records, share


def _read_wide(folder: Path, tensors: Mapping[str, Any]) -> Wide | None:
    """The wide part of a checkpoint; None where it was trained without."""
    import numpy as np

    parts = [tensors.get(name) for name in (WIDE_WEIGHT, WIDE_BIAS, WIDE_EFFECTS)]
    if all(part is None for part in parts):
        return None
    weight, bias, packed = parts
    if weight is None or bias is None or packed is None:
        raise manifests.damaged(folder, "a part of its wide part is missing")
    if weight.shape != (len(ACTIONS), len(FEATURES)) or bias.shape != (len(ACTIONS),):
        raise manifests.damaged(folder, f"its wide part has shapes {weight.shape} and {bias.shape}")
    if not (np.isfinite(weight).all() and np.isfinite(bias).all()):
        raise manifests.damaged(folder, "its wide part holds a value that is not finite")
    try:
        effects = parse_effects(packed.tobytes().decode("utf-8"))
    except ValueError as error:
        raise manifests.damaged(folder, str(error)) from error
    return Wide(weight.astype(np.float32), bias.astype(np.float32), effects)
