"""Sets of inputs as JSON documents, and back: cases as their text, growers as what they are made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from velox_engine.source.document import SourceFile
from velox_engine.verify.inputs.growers import describe_grower, rebuild_grower
from velox_engine.verify.inputs.harvest import harvest
from velox_engine.verify.inputs.imported import known_names
from velox_engine.verify.inputs.plan import make_plan
from velox_engine.verify.inputs.receivers import Maker
from velox_engine.verify.inputs.synthesis import InputSet
from velox_engine.verify.inputs.target import locate
from velox_engine.verify.inputs.text import case_text, parse_cases
from velox_engine.verify.inputs.usage import observe
from velox_engine.verify.sandbox import Case, Program

RINGS = ("core", "exceptions", "wide")


def to_document(found: InputSet) -> dict[str, Any] | None:
    """What `from_document` reads back as the same inputs; None where some input's text does not read back."""
    rings: dict[str, list[str]] = {}
    for name in RINGS:
        texts = _texts(getattr(found, name))
        if texts is None:
            return None
        rings[name] = texts
    growers = [describe_grower(grower) for grower in found.growers]
    for grower in growers:
        small = _texts(grower["small"])
        if small is None:
            return None
        grower["small"] = small
    return {
        **rings,
        "coverage": found.coverage,
        "notes": list(found.notes),
        "growers": growers,
        "wide_reasons": list(found.wide_reasons),
        "denied": found.denied,
    }


def from_document(
    document: dict[str, Any],
    source: SourceFile,
    program: Program,
    folders: Sequence[str],
    call_sites: Sequence[str],
) -> InputSet:
    """The inputs of a document that was made for this function; KeyError, ValueError or IndexError for any other."""
    target = known_names(locate(source.text, program.function), program, folders)
    growers = ()
    if document["growers"]:
        plan = make_plan(target, observe(target), harvest(target, source.text, call_sites))
        instance = Maker(target.module, target.imports).instance
        growers = tuple(
            rebuild_grower({**grower, "small": _cases(grower["small"])}, plan, instance)
            for grower in document["growers"]
        )
    core, exceptions, wide = (_cases(document[name]) for name in RINGS)
    reasons = tuple(map(str, document["wide_reasons"]))
    if len(reasons) != len(wide):
        raise ValueError("the reasons do not fit the inputs")
    return InputSet(
        core=core,
        exceptions=exceptions,
        wide=wide,
        coverage=document["coverage"],
        notes=tuple(map(str, document["notes"])),
        growers=growers,
        wide_reasons=reasons,
        denied=bool(document["denied"]),
    )


def _texts(cases: Sequence[Case]) -> list[str] | None:
    texts: list[str] = []
    for case in cases:
        try:
            text = case_text(case)
            back = parse_cases(text)
        except Exception:  # whatever cannot be written or read: such inputs are searched for anew each time
            return None
        if len(back) != 1 or not _same(case, back[0]) or case_text(back[0]) != text:
            return None
        texts.append(text)
    return texts


def _same(one: Case, other: Case) -> bool:
    """Whether both hold the same types in the same places; the texts are compared beside it."""
    return repr(one) == repr(other)


def _cases(texts: Sequence[str]) -> tuple[Case, ...]:
    return tuple(case for text in texts for case in parse_cases(text))
