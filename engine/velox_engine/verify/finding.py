"""All that leads to a function's inputs: what is remembered, the search, and more inputs where planted bugs survive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.verify.input_cache import InputCache, input_key
from velox_engine.verify.inputs import InputSet, synthesise
from velox_engine.verify.sandbox import Case, Program, Sandbox
from velox_engine.verify.strength import add_telling
from velox_engine.workspace.project import Project


def find_inputs(
    project: Project,
    settings: Settings,
    source: SourceFile,
    program: Program,
    sandbox: Sandbox,
    *,
    profile: str = "strict",
    extra: Sequence[Case] = (),
    call_sites: Sequence[str] = (),
    cache: InputCache | None = None,
) -> InputSet:
    """Inputs for `program.function`: remembered ones, or a search, and then inputs for bugs it left undetected."""
    key, folders = "", (*project.search_path, *project.site)
    if cache is not None:
        key = input_key(project, settings, source, program, profile, extra, call_sites)
        known = cache.find(key, source, program, folders, call_sites)
        if known is not None:
            return known
    found = synthesise(
        source,
        program.function,
        sandbox,
        program,
        seconds=settings.input_seconds,
        count=settings.input_count,
        seed=settings.seed,
        extra=extra,
        call_sites=call_sites,
        folders=folders,
    )
    if found.supply is not None and not found.denied:
        added = add_telling(
            source,
            program.function,
            sandbox,
            program,
            (*found.core, *found.exceptions),
            found.supply,
            seconds=settings.input_seconds,
            seed=settings.seed,
        )
        found = replace(found, core=(*found.core, *added), supply=None)
    if cache is not None and found.core and not found.denied:
        cache.keep(key, found)
    return found
