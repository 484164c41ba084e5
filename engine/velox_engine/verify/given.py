"""What the workspace itself knows of a function's inputs: calls that were recorded, and calls written elsewhere."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from velox_engine.source.document import SourceFile
from velox_engine.verify.inputs import case_text
from velox_engine.verify.recording.store import Recordings, signature_in
from velox_engine.verify.sandbox import Case
from velox_engine.workspace.call_sites import call_sites
from velox_engine.workspace.project import Project

# Raised on a recorded call, these mean that it was not rebuilt as it was: no behaviour of the function.
ARTEFACTS = ("TypeError", "AttributeError", "NameError", "ImportError", "ModuleNotFoundError")
_IMPORTED = re.compile(r"__import__\('([\w.]+)'")
_MOST_IMPORTS = 30


@dataclass(frozen=True, slots=True)
class Given:
    """Inputs and evidence that need no search."""

    recorded: tuple[Case, ...] = ()
    call_sites: tuple[str, ...] = ()  # as source text

    @property
    def digest(self) -> str:
        """Names this evidence for caches: with other evidence, the answer may be another."""
        parts = [*(case_text(case) for case in self.recorded), "", *self.call_sites]
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]

    @property
    def imports(self) -> tuple[str, ...]:
        """The modules whose classes the recorded arguments are made of; the sandbox has to import them early."""
        found = (name for case in self.recorded for name in _IMPORTED.findall(case_text(case)))
        return tuple(dict.fromkeys(found))[:_MOST_IMPORTS]


def given_for(project: Project, source: SourceFile, qualname: str) -> Given:
    """Look up what is known of `qualname`; recordings of other parameters than it has now do not count."""
    if source.path is None:
        return Given()
    recorded = Recordings(project.root).find(source.path, qualname, signature_in(source.text, qualname))
    cases = tuple(recorded.cases) if recorded is not None else ()
    name = qualname.rpartition(".")[2]
    offset = 1 if "." in qualname and recorded is not None and "self" in recorded.signature else 0
    observed = [name + case_text(Case(case.args[offset:], case.kwargs)) for case in cases]
    return Given(cases, (*observed, *call_sites(project.root, source.path, qualname)))
