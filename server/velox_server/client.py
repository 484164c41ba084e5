"""What the client at the other end can do, read once from its capabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lsprotocol import types

# Emacs waits for the answer to a command with its input blocked, and gives up after ten seconds.
_BLOCKING: Final = frozenset({"eglot", "emacs"})


@dataclass(frozen=True)
class Client:
    """The abilities that change what the server sends; all off for a client that says nothing."""

    name: str = ""
    pulls_diagnostics: bool = False
    related_information: bool = False
    tags: bool = False
    resolves_edits: bool = False  # of code actions
    resolves_commands: bool = False
    disabled_actions: bool = False
    waits_blocked: bool = False  # stands still, or gives up, while a command has no answer yet
    applies_edits: bool = False
    versioned_edits: bool = False
    reviews: bool = False  # shows results itself: `velox/result` in place of a question
    wants_status: bool = False  # takes `velox/status`
    refreshes: frozenset[str] = frozenset()  # "diagnostics", "codeLens", "inlayHint"

    @classmethod
    def of(cls, params: types.InitializeParams) -> Client:
        """Read the abilities of a client that introduces itself."""
        capabilities = params.capabilities
        text = capabilities.text_document or types.TextDocumentClientCapabilities()
        workspace = capabilities.workspace or types.WorkspaceClientCapabilities()
        pushed = text.publish_diagnostics or types.PublishDiagnosticsClientCapabilities()
        action = text.code_action or types.CodeActionClientCapabilities()
        resolved = frozenset(action.resolve_support.properties if action.resolve_support else ())
        name = params.client_info.name if params.client_info is not None else ""
        # Eglot before Emacs 29 does not give its name, and of code actions it knows the basic form only.
        basic = text.code_action is not None and not resolved and not action.data_support
        ours = _ours(capabilities.experimental)
        return cls(
            name=name,
            pulls_diagnostics=text.diagnostic is not None,
            related_information=bool(pushed.related_information),
            tags=pushed.tag_support is not None,
            resolves_edits="edit" in resolved,
            resolves_commands="command" in resolved,
            disabled_actions=bool(action.disabled_support),
            waits_blocked=name.lower() in _BLOCKING or (not name and basic),
            applies_edits=bool(workspace.apply_edit),
            versioned_edits=bool(workspace.workspace_edit and workspace.workspace_edit.document_changes),
            reviews=bool(ours.get("review")),
            wants_status=bool(ours.get("status")),
            refreshes=frozenset(
                name
                for name, ability in (
                    ("diagnostics", workspace.diagnostics),
                    ("codeLens", workspace.code_lens),
                    ("inlayHint", workspace.inlay_hint),
                )
                if ability is not None and ability.refresh_support
            ),
        )


def _ours(experimental: Any) -> Mapping[str, Any]:
    """The part of `experimental` under "velox", which only clients made for Velox send."""
    if isinstance(experimental, Mapping):
        section = experimental.get("velox")
    else:
        section = getattr(experimental, "velox", None)
    if isinstance(section, Mapping):
        return section
    return {name: getattr(section, name, None) for name in ("review", "status")}
