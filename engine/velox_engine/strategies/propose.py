"""Runs strategies on a function and turns their rewrites into candidates."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import warnings
from dataclasses import replace
from functools import lru_cache

from velox_engine.actions import ACTIONS, NO_CHANGE
from velox_engine.source.document import SourceFile
from velox_engine.source.edits import apply_edits, minimal_edits
from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.modules import ModuleFacts
from velox_engine.strategies.registry import STRATEGIES
from velox_engine.types import Candidate, TextEdit, VeloxError


def propose(
    source: SourceFile,
    qualname: str,
    *,
    action: str | None = None,
    strategy: str | None = None,
    may_import: frozenset[str] = frozenset(),
) -> list[Candidate]:
    """All candidates for a function, in the registry's order; empty when nothing applies.

    No two candidates have the same text, none equals the original, and every one parses. `may_import` names packages
    beyond the standard library that they may import although the file does not.
    """
    contexts = _contexts(make_context(source, qualname, may_import))
    candidates: list[Candidate] = []
    seen = {source.text}
    silent: list[BuiltinStrategy] = []
    for one in STRATEGIES:
        if (action is None or one.action == action) and (strategy is None or one.id == strategy):
            found = _candidates(contexts, one)
            if not found and one.action in _FURTHER:
                silent.append(one)
            for candidate in found:
                if candidate.new_source not in seen:
                    seen.add(candidate.new_source)
                    candidates.append(candidate)
    for plainer in _plainer_forms(contexts) if silent else ():
        for candidate in _through(contexts[0], plainer, silent):
            if candidate.new_source not in seen:
                seen.add(candidate.new_source)
                candidates.append(candidate)
                silent = [one for one in silent if one.id != candidate.strategy]
    return candidates


# Counting with `for` and going over elements change little themselves, but let others see what a loop does.
_PLAINER = ("counted-while", "direct-iteration")
_DEEPEST = 4
_FURTHER = frozenset(
    {"algorithm_change", "data_structure", "precomputation", "sorting_selection", "stdlib_substitution"}
)


def _plainer_forms(contexts: list[FunctionContext]) -> list[SourceFile]:
    """The file with the function's loops in plainer words, one step after the other: nothing where they are plain."""
    forms: list[SourceFile] = []
    qualname = contexts[0].qualname
    for wanted in _PLAINER:
        (strategy,) = (one for one in STRATEGIES if one.id == wanted)
        # An inner loop comes first, and makes the outer one plain enough for the next turn.
        for _ in range(_DEEPEST):
            found = _candidates(contexts, strategy)
            if not found:
                break
            forms.append(SourceFile.from_text(found[0].new_source))
            contexts = _contexts(make_context(forms[-1], qualname, contexts[0].may_import))
    return forms[::-1]


def _through(
    context: FunctionContext, plainer: SourceFile, strategies: list[BuiltinStrategy]
) -> list[Candidate]:
    """What strategies propose for a plainer form, as candidates for the file as it is."""
    source = context.source
    contexts = _contexts(make_context(plainer, context.qualname, context.may_import))
    return [
        replace(
            candidate, edits=minimal_edits(source.data, candidate.new_source.encode("utf-8", "surrogatepass"))
        )
        for one in strategies
        if one.id not in _PLAINER
        for candidate in _candidates(contexts, one)
    ]


def standing_in(
    source: SourceFile, qualname: str, strategy: str, may_import: frozenset[str] = frozenset()
) -> str | None:
    """The strategy if it applies to a function, else the first that does and fixes one of the same rules."""
    named = [one for one in STRATEGIES if one.id == strategy]
    rules = {rule for one in named for rule in one.fixes}
    alike = [one for one in STRATEGIES if one.id != strategy and rules & set(one.fixes)]
    contexts = _contexts(make_context(source, qualname, may_import))
    return next((one.id for one in (*named, *alike) if _candidates(contexts, one)), None)


def applicable_actions(
    source: SourceFile, qualname: str, may_import: frozenset[str] = frozenset()
) -> tuple[bool, ...]:
    """For each of the 25 actions, whether a built-in strategy has something to propose; no_change always has."""
    applicable = [False] * len(ACTIONS)
    for candidate in propose(source, qualname, may_import=may_import):
        applicable[ACTIONS.index(candidate.action)] = True
    applicable[NO_CHANGE] = True
    return tuple(applicable)


def make_context(
    source: SourceFile, qualname: str, may_import: frozenset[str] = frozenset()
) -> FunctionContext:
    """Parse the file and find the function; VeloxError when either fails."""
    facts = _facts(source)
    found = facts.definitions.get(qualname)
    if found is None:
        raise VeloxError("no-such-function", f"there is no function {qualname!r}", "check its qualified name")
    node, enclosing = found
    return FunctionContext(source, qualname, facts.module, node, enclosing, facts, may_import=may_import)


@lru_cache(maxsize=8)
def _facts(source: SourceFile) -> ModuleFacts:
    """What the functions of a file share; the last few are kept, since one function follows another."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise VeloxError(
            "does-not-parse", f"the file does not parse: {error}", "correct the syntax error first"
        ) from None
    return ModuleFacts(source, module)


def _contexts(context: FunctionContext) -> list[FunctionContext]:
    """The function, the functions inside it, and the functions of the file that it calls."""
    contexts = [context]
    inner = [
        node
        for node in ast.walk(context.node)
        if isinstance(node, ast.FunctionDef) and node is not context.node
    ]
    contexts += [context.context_of(node) for node in inner]
    seen = {context.node, *inner}
    for caller in list(contexts):
        known = caller.known_functions
        for node in ast.walk(caller.node):
            if isinstance(node, ast.Name) and node.id in known and known[node.id] not in seen:
                seen.add(known[node.id])
                contexts.append(caller.context_of(known[node.id]))
    return contexts


def _candidates(contexts: list[FunctionContext], strategy: BuiltinStrategy) -> list[Candidate]:
    context = contexts[0]
    found_in = [(one, rewrite) for one in contexts for rewrite in strategy.propose(one)]
    rewrites = [rewrite for _, rewrite in found_in]
    together = _combine(found_in)
    found = []
    for rewrite in [*([together] if together else []), *rewrites]:
        try:
            new = apply_edits(context.source.data, rewrite.edits).decode("utf-8", "surrogatepass")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ast.parse(new)
        except (SyntaxError, ValueError):
            # Overlapping edits or text that did not fit: a candidate that does not parse is no candidate.
            continue
        found.append(
            Candidate(
                function=context.qualname,
                strategy=strategy.id,
                action=strategy.action,
                new_source=new,
                edits=rewrite.edits,
                note=rewrite.note,
                float_tolerance=rewrite.float_tolerance,
            )
        )
    return found


def _combine(found: list[tuple[FunctionContext, Rewrite]]) -> Rewrite | None:
    """One rewrite that carries out all that touch different places; None when there are not two of them.

    Each rewrite was made without knowing of the others, so two in one function may have chosen the same new name:
    then only the first of them is taken.
    """
    taken: list[TextEdit] = []
    notes: list[str] = []
    tolerance = 0.0
    names: dict[FunctionContext, set[str]] = {}
    for context, rewrite in found:
        new = [edit for edit in rewrite.edits if edit not in taken]
        if any(_collide(edit, other) for edit in new for other in taken):
            continue
        chosen = _new_names(context, list(rewrite.edits)) - rewrite.reusable
        if chosen & names.setdefault(context, set()):
            continue
        names[context] |= chosen
        taken += new
        notes.append(rewrite.note)
        tolerance = max(tolerance, rewrite.float_tolerance)
    if len(notes) < 2:
        return None
    return Rewrite(tuple(taken), "; ".join(dict.fromkeys(notes)), tolerance)


_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")


def _new_names(context: FunctionContext, edits: list[TextEdit]) -> set[str]:
    """Identifiers that the edits bring into the file; imports may be shared."""
    written = [edit.text for edit in edits if not edit.text.strip().startswith(("import ", "from "))]
    names = {name for text in written for name in _NAME.findall(text)}
    imported = {name for edit in edits for name in _NAME.findall(edit.text) if edit.text not in written}
    return names - imported - context.taken_names - set(dir(builtins)) - set(keyword.kwlist)


def _collide(left: TextEdit, right: TextEdit) -> bool:
    if left.start == left.end == right.start == right.end:
        return True
    return left.start < right.end and right.start < left.end
