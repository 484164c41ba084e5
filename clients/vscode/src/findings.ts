/** The tree of the workspace's slow code: the most promising functions, then every finding by file. */

import * as path from "node:path";
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { Finding, RankedFunction, ScanDocument } from "./protocol";

const MOST_HOTSPOTS = 20;

type Node =
  | { kind: "group"; label: string; children: Node[]; icon: string; told: string }
  | { kind: "function"; ranked: RankedFunction }
  | { kind: "finding"; finding: Finding };

export class FindingsTree implements vscode.TreeDataProvider<Node> {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private roots: Node[] = [];

  constructor(private readonly client: () => LanguageClient | undefined) {}

  /** Scan the workspace's folders, in a process of the server. */
  async scan(): Promise<void> {
    const client = this.client();
    if (client === undefined) {
      return;
    }
    const request = { command: "velox.scan", arguments: [] };
    const view = { location: { viewId: "velox.findings" } };
    const found = await vscode.window.withProgress(view, () =>
      client.sendRequest<ScanDocument>("workspace/executeCommand", request),
    );
    if (found.error === undefined && !found.cancelled) {
      this.roots = groups(found);
      this.changed.fire(undefined);
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === "group") {
      const item = new vscode.TreeItem(node.label, vscode.TreeItemCollapsibleState.Expanded);
      item.iconPath = new vscode.ThemeIcon(node.icon);
      item.description = node.told;
      return item;
    }
    if (node.kind === "function") {
      const { name, path: file, line, cost, findings, score } = node.ranked;
      const item = new vscode.TreeItem(name);
      item.description = `${cost} · ${findings} finding${findings === 1 ? "" : "s"} · ${path.basename(file)}`;
      item.iconPath = new vscode.ThemeIcon("flame", new vscode.ThemeColor("charts.orange"));
      item.tooltip = `${name} in ${file}, line ${line}; score ${score}`;
      item.command = open(file, line, 1);
      return item;
    }
    const { rule, name, message, severity, file, line, column, cost } = { ...node.finding, file: node.finding.path };
    const item = new vscode.TreeItem(`${line}: ${name}`);
    item.description = `${cost} ${rule}`;
    item.iconPath = new vscode.ThemeIcon(severity === "warning" ? "warning" : severity === "info" ? "info" : "lightbulb");
    item.tooltip = message;
    item.command = open(file, line, column);
    return item;
  }

  getChildren(node?: Node): Node[] {
    if (node === undefined) {
      return this.roots;
    }
    return node.kind === "group" ? node.children : [];
  }
}

function groups(found: ScanDocument): Node[] {
  if (found.findings.length === 0) {
    return [{ kind: "group", label: "Nothing slow was found", children: [], icon: "pass", told: `${found.summary.files} files` }];
  }
  const hot = found.functions.filter((ranked) => ranked.findings > 0).slice(0, MOST_HOTSPOTS);
  const files = new Map<string, Finding[]>();
  for (const finding of found.findings) {
    files.set(finding.path, [...(files.get(finding.path) ?? []), finding]);
  }
  const byFile = [...files].map(([file, findings]): Node => {
    const children = findings.map((finding): Node => ({ kind: "finding", finding }));
    return { kind: "group", label: vscode.workspace.asRelativePath(file), children, icon: "file-code", told: `${findings.length}` };
  });
  const hotspots = hot.map((ranked): Node => ({ kind: "function", ranked }));
  return [{ kind: "group", label: "Hotspots", children: hotspots, icon: "flame", told: "most promising first" }, ...byFile];
}

function open(file: string, line: number, column: number): vscode.Command {
  // The command line writes paths relative to the folder that it ran in.
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const uri = vscode.Uri.file(path.isAbsolute(file) ? file : path.join(folder, file));
  const place = new vscode.Position(line - 1, column - 1);
  return { command: "vscode.open", title: "Open", arguments: [uri, { selection: new vscode.Range(place, place) }] };
}
