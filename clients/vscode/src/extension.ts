/** Starts the server and connects commands, views and notifications to it. */

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { makeClient } from "./client";
import { FindingsTree } from "./findings";
import { askForServer, chooseInterpreter, findServer, installServer } from "./interpreter";
import { MetricsPanel } from "./metrics";
import type { Result, Status } from "./protocol";
import { Rewrites, SCHEME } from "./rewrites";
import { StatusBar } from "./status";
import { runCommand } from "./work";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("Velox", { log: true });
  const status = new StatusBar();
  const metrics = new MetricsPanel(context, () => client);
  const rewrites = new Rewrites(context, () => client, () => metrics.refresh());
  const tree = new FindingsTree(() => client);

  const restart = async (): Promise<void> => {
    await stop();
    await start(context, log, status, rewrites);
  };
  const register = (name: string, run: (...args: unknown[]) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(name, run);

  context.subscriptions.push(
    log,
    status,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, rewrites),
    vscode.window.createTreeView("velox.findings", { treeDataProvider: tree, showCollapseAll: true }),
    register("velox.optimizeFunction", optimizeFunction),
    register("velox.optimizeCurrentFile", () => onCurrentFile("velox.optimizeFile")),
    register("velox.rewriteAcrossFiles", () => onCurrentFile("velox.coordinate")),
    register("velox.verifyCurrentFile", () => onCurrentFile("velox.verifyFile")),
    register("velox.scanWorkspace", () => tree.scan()),
    register("velox.showReport", (target) => rewrites.report(rewrites.keyOf(target))),
    register("velox.showRewriteDiff", (target) => rewrites.diff(rewrites.keyOf(target))),
    register("velox.acceptRewrite", (target) => rewrites.accept(rewrites.keyOf(target))),
    register("velox.rejectRewrite", (target) => rewrites.reject(rewrites.keyOf(target))),
    register("velox.showMetrics", () => metrics.show()),
    register("velox.selectInterpreter", chooseInterpreter),
    register("velox.installServer", async () => {
      if (await installServer(context)) {
        await restart();
      }
    }),
    register("velox.restartServer", restart),
    register("velox.runDoctor", runDoctor),
    register("velox.showLog", () => log.show()),
    register("velox.showMenu", showMenu),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("velox.server")) {
        await restart();
      } else if (event.affectsConfiguration("velox")) {
        await tellSettingsChanged();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(tellSettingsChanged),
    vscode.languages.onDidChangeDiagnostics(() => status.refresh()),
    vscode.window.onDidChangeActiveTextEditor(() => status.refresh()),
  );
  await start(context, log, status, rewrites);
}

export async function deactivate(): Promise<void> {
  await stop();
}

async function start(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  status: StatusBar,
  rewrites: Rewrites,
): Promise<void> {
  let python = await findServer(context);
  if (python === undefined) {
    status.problem("no server");
    python = (await askForServer(context)) ? await findServer(context) : undefined;
    if (python === undefined) {
      return;
    }
  }
  log.info(`The server runs under ${python}`);
  client = makeClient(python, log);
  client.onNotification("velox/status", (shown: Status) => status.show(shown));
  client.onNotification("velox/result", (result: Result) => void rewrites.take(result));
  try {
    await client.start();
  } catch (error) {
    status.problem("the server did not start");
    void vscode.window.showErrorMessage(`The Velox server did not start: ${String(error)}`);
    return;
  }
  await vscode.commands.executeCommand("setContext", "velox.running", true);
  void execute("velox.policy", []);
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  await running?.dispose();
}

/** Ask the server to read its settings again: VS Code itself tells it of those that are in settings files only. */
async function tellSettingsChanged(): Promise<void> {
  await client?.sendNotification("workspace/didChangeConfiguration", { settings: null });
}

async function execute<T>(command: string, args: unknown[]): Promise<T | undefined> {
  return client === undefined ? undefined : runCommand<T>(client, command, args);
}

/** Take the rewrite of the light bulb, so that the function is the one that the server means. */
async function optimizeFunction(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || client === undefined) {
    return;
  }
  const place = { start: editor.selection.start, end: editor.selection.end };
  const actions = await client.sendRequest<{ data?: { function?: string } }[]>("textDocument/codeAction", {
    textDocument: { uri: editor.document.uri.toString() },
    range: place,
    context: { diagnostics: [], only: ["refactor.rewrite.velox"] },
  });
  const name = actions[0]?.data?.function;
  if (name === undefined) {
    void vscode.window.showInformationMessage("Put the cursor into a function first.");
    return;
  }
  await execute("velox.optimize", [editor.document.uri.toString(), name, editor.document.version]);
}

async function onCurrentFile(command: string): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri !== undefined) {
    await execute(command, [uri.toString()]);
  }
}

async function runDoctor(): Promise<void> {
  const found = await execute<Record<string, unknown>>("velox.doctor", []);
  const document = await vscode.workspace.openTextDocument({ language: "json", content: JSON.stringify(found, null, 2) });
  await vscode.window.showTextDocument(document);
}

async function showMenu(): Promise<void> {
  const entries = [
    { label: "$(zap) Verify and rewrite function at cursor", command: "velox.optimizeFunction" },
    { label: "$(checklist) Verify findings of this file", command: "velox.verifyCurrentFile" },
    { label: "$(refresh) Scan workspace", command: "velox.scanWorkspace" },
    { label: "$(graph) Show last report", command: "velox.showReport" },
    { label: "$(dashboard) Show metrics", command: "velox.showMetrics" },
    { label: "$(pulse) Check this machine", command: "velox.runDoctor" },
    { label: "$(output) Show log", command: "velox.showLog" },
    { label: "$(debug-restart) Restart server", command: "velox.restartServer" },
  ];
  const picked = await vscode.window.showQuickPick(entries, { title: "Velox" });
  if (picked !== undefined) {
    await vscode.commands.executeCommand(picked.command);
  }
}
