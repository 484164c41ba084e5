/** What the server found: announced with its figures, shown as a diff, accepted or rejected. */

import * as path from "node:path";
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { Result } from "./protocol";
import { ReportPanel } from "./report";

export const SCHEME = "velox-rewrite";
const ACCEPT = "Accept";
const REPORT = "Report";
const REJECT = "Reject";

export class Rewrites implements vscode.TextDocumentContentProvider {
  private readonly results = new Map<string, Result>(); // by the key that is in the URIs of its diff
  private latest: string | undefined;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly client: () => LanguageClient | undefined,
    private readonly answered: () => void,
  ) {}

  provideTextDocumentContent(uri: vscode.Uri): string {
    const query = new URLSearchParams(uri.query);
    const result = this.results.get(query.get("key") ?? "");
    const suggestion = result?.result.suggestions[0];
    return (query.get("side") === "new" ? suggestion?.new_source : result?.oldSource) ?? "";
  }

  /** Take a result of the server and tell the person. */
  async take(result: Result): Promise<void> {
    const key = result.suggestion ?? `${result.uri}#${result.function}`;
    this.results.delete(key);
    this.results.set(key, result);
    this.latest = key;
    this.answered();
    await vscode.commands.executeCommand("setContext", "velox.hasResult", true);
    if (result.suggestion === null) {
      const answer = await vscode.window.showInformationMessage(result.message, REPORT);
      if (answer === REPORT) {
        this.report(key);
      }
      return;
    }
    await this.diff(key);
    const answer = await vscode.window.showInformationMessage(result.message, ACCEPT, REPORT, REJECT);
    if (answer === ACCEPT) {
      await this.accept(key);
    } else if (answer === REJECT) {
      await this.reject(key);
    } else if (answer === REPORT) {
      this.report(key);
    }
  }

  /** The result that a command means: the one of the diff it was called from, else the latest. */
  keyOf(target: unknown): string | undefined {
    const uri = target instanceof vscode.Uri ? target : activeRewrite();
    const key = uri?.scheme === SCHEME ? new URLSearchParams(uri.query).get("key") : null;
    return key ?? this.latest;
  }

  async diff(key: string | undefined): Promise<void> {
    const result = key === undefined ? undefined : this.results.get(key);
    if (key === undefined || result === undefined || result.suggestion === null) {
      void vscode.window.showInformationMessage("Velox has no rewrite to show yet.");
      return;
    }
    const name = path.posix.basename(vscode.Uri.parse(result.uri).path);
    const speed = result.result.suggestions[0]?.speedup;
    const title = `${result.function}: ${speed ? `${speed.median.toFixed(1)}× faster` : "less memory"} (Velox)`;
    const side = (which: string): vscode.Uri =>
      vscode.Uri.from({ scheme: SCHEME, path: `/${name}`, query: new URLSearchParams({ key, side: which }).toString() });
    await vscode.commands.executeCommand("vscode.diff", side("old"), side("new"), title, { preview: true });
  }

  report(key: string | undefined): void {
    const result = key === undefined ? undefined : this.results.get(key);
    if (key === undefined || result === undefined) {
      void vscode.window.showInformationMessage("Velox has nothing to report yet: verify a function first.");
      return;
    }
    ReportPanel.show(this.context, result, {
      accept: () => this.accept(key),
      reject: () => this.reject(key),
      diff: () => this.diff(key),
    });
  }

  async accept(key: string | undefined): Promise<void> {
    const done = await this.answer(key, "velox.applySuggestion");
    const result = key === undefined ? undefined : this.results.get(key);
    if (done && result !== undefined) {
      const uri = vscode.Uri.parse(result.uri);
      await vscode.window.showTextDocument(uri, { viewColumn: columnOf(uri) });
    }
  }

  async reject(key: string | undefined): Promise<void> {
    await this.answer(key, "velox.rejectSuggestion");
  }

  private async answer(key: string | undefined, command: string): Promise<boolean> {
    const result = key === undefined ? undefined : this.results.get(key);
    if (key === undefined || !result?.suggestion) {
      void vscode.window.showInformationMessage("Velox has no rewrite that waits for an answer.");
      return false;
    }
    const request = { command, arguments: [result.suggestion] };
    const reply = await this.client()?.sendRequest<{ applied?: boolean; rejected?: boolean }>("workspace/executeCommand", request);
    const done = Boolean(reply?.applied ?? reply?.rejected);
    if (done) {
      this.answered();
      await closeDiff(key);
      ReportPanel.answered(key, command === "velox.applySuggestion" ? "accepted" : "rejected");
    }
    return done;
  }
}

function activeRewrite(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputTextDiff ? input.modified : undefined;
}

/** Where a file is open already: beside the report it would be open twice. */
function columnOf(uri: vscode.Uri): vscode.ViewColumn {
  const group = vscode.window.tabGroups.all.find((one) =>
    one.tabs.some((tab) => tab.input instanceof vscode.TabInputText && tab.input.uri.toString() === uri.toString()),
  );
  return group?.viewColumn ?? vscode.ViewColumn.One;
}

async function closeDiff(key: string): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const mine = tabs.filter(
    (tab) => tab.input instanceof vscode.TabInputTextDiff && new URLSearchParams(tab.input.modified.query).get("key") === key,
  );
  await vscode.window.tabGroups.close(mine);
}
