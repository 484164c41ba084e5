/** The status bar entry: what Velox is doing, under which policy, and whether it may run code. */

import * as vscode from "vscode";
import type { Status } from "./protocol";

const DOING = { ready: "", scanning: "scanning", verifying: "verifying", optimizing: "rewriting" } as const;

export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("velox.status", vscode.StatusBarAlignment.Right, 90);
  private last: Status | undefined;

  constructor() {
    this.item.name = "Velox";
    this.item.command = "velox.showMenu";
    this.problem("starting");
    this.item.show();
  }

  /** Show that there is no server, and why. */
  problem(why: string): void {
    this.last = undefined;
    this.item.text = `$(circle-slash) Velox: ${why}`;
    this.item.tooltip = "Velox is not running";
    this.item.accessibilityInformation = { label: `Velox: ${why}` };
  }

  show(status: Status): void {
    this.last = status;
    this.refresh();
  }

  /** Bring the count of findings in the active editor up to date. */
  refresh(): void {
    const status = this.last;
    if (status === undefined) {
      return;
    }
    const doing = DOING[status.state];
    const findings = countHere();
    const icon = doing !== "" ? "$(sync~spin)" : status.trusted ? "$(zap)" : "$(shield)";
    const what = doing !== "" ? `${doing} ${status.about}` : findings > 0 ? `${findings} slow` : "";
    this.item.text = `${icon} Velox${what === "" ? "" : `: ${what}`}`;
    this.item.accessibilityInformation = { label: `Velox${what === "" ? ", ready" : `, ${what}`}` };
    this.item.tooltip = tooltip(status, findings);
  }

  dispose(): void {
    this.item.dispose();
  }
}

function countHere(): number {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri === undefined ? 0 : vscode.languages.getDiagnostics(uri).filter((d) => d.source === "velox").length;
}

function tooltip(status: Status, findings: number): vscode.MarkdownString {
  const policy = status.policy?.active ? `${status.policy.active}${status.policy.learned ? "" : " (a fixed order)"}` : "not read yet";
  const lines = [
    `**Velox** · ${findings} finding${findings === 1 ? "" : "s"} in this file`,
    `Workspace: ${status.trusted ? "trusted" : "not trusted: scanning only"}`,
    `While you pause: ${status.verifyInIdle ? "findings are verified" : "nothing is run"}`,
    `Policy: ${policy}`,
    `Model: ${status.model ?? "none, built-in strategies only"}`,
    ...(status.modelUse === null ? [] : [`Models today: ${status.modelUse}`]),
    `Budget: ${status.budget} s for a function`,
  ];
  return new vscode.MarkdownString(lines.join("\n\n"));
}
