/** Finds a Python that has the Velox server, asks for one, or makes one. */

import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";

const PACKAGE = "velox-lsp";
const CHECK = "import importlib.util as u, sys; sys.exit(u.find_spec('velox_server') is None)";

interface PythonExtension {
  environments?: { getActiveEnvironmentPath?: (resource?: vscode.Uri) => { path: string } | undefined };
}

/** The command line of the server, or undefined when the person has to help. */
export async function findServer(context: vscode.ExtensionContext): Promise<string | undefined> {
  for (const python of await candidates(context)) {
    if (await hasServer(python)) {
      return python;
    }
  }
  return undefined;
}

async function candidates(context: vscode.ExtensionContext): Promise<string[]> {
  const set = vscode.workspace.getConfiguration("velox").get<string>("server.python", "").trim();
  if (set !== "") {
    return [set]; // what was chosen is used, or its absence is said
  }
  const found = [managedPython(context)];
  // An environment inside the workspace is code of the workspace.
  if (vscode.workspace.isTrusted) {
    const active = await activeInterpreter();
    if (active !== undefined) {
      found.push(active);
    }
  }
  return [...found, "python3", "python"];
}

async function activeInterpreter(): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  if (extension === undefined) {
    return undefined;
  }
  try {
    const api = await extension.activate();
    return api?.environments?.getActiveEnvironmentPath?.()?.path;
  } catch {
    return undefined; // that extension's trouble must not be ours
  }
}

/** The environment that this extension makes for itself. */
function managedPython(context: vscode.ExtensionContext): string {
  const leaf = process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
  return path.join(context.globalStorageUri.fsPath, "server", ...leaf);
}

export function hasServer(python: string): Promise<boolean> {
  // -P and an outside folder: a file of the workspace must not pass for the server.
  return new Promise((resolve) => {
    execFile(python, ["-P", "-c", CHECK], { cwd: path.parse(process.execPath).root, timeout: 20000 }, (error) =>
      resolve(error === null),
    );
  });
}

/** Ask where the server is; true when there is one afterwards. */
export async function askForServer(context: vscode.ExtensionContext): Promise<boolean> {
  const install = "Install";
  const choose = "Choose Interpreter…";
  const answer = await vscode.window.showInformationMessage(
    `Velox needs its server, the Python package ${PACKAGE} (Python 3.11 or newer).`,
    install,
    choose,
  );
  if (answer === install) {
    return installServer(context);
  }
  return answer === choose ? chooseInterpreter() : false;
}

export async function chooseInterpreter(): Promise<boolean> {
  const picked = await vscode.window.showOpenDialog({
    title: `Python that has ${PACKAGE} installed`,
    openLabel: "Use this Python",
    canSelectMany: false,
  });
  const python = picked?.[0]?.fsPath;
  if (python === undefined) {
    return false;
  }
  if (!(await hasServer(python))) {
    void vscode.window.showErrorMessage(
      `${python} does not have the Velox server (${PACKAGE}). Choose another, or let Velox install it.`,
    );
    return false;
  }
  await vscode.workspace.getConfiguration("velox").update("server.python", python, vscode.ConfigurationTarget.Global);
  return true;
}

/** What pip is to install: the server that this extension was packaged with, so that no other can take its name. */
function packaged(context: vscode.ExtensionContext): string {
  const folder = path.join(context.extensionPath, "server");
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
  if (wheel === undefined) {
    throw new Error("this extension was packaged without its server");
  }
  return path.join(folder, wheel);
}

/** Make an environment in the extension's storage and install the server there; nothing else is touched. */
export async function installServer(context: vscode.ExtensionContext): Promise<boolean> {
  const folder = path.join(context.globalStorageUri.fsPath, "server");
  const base = await basePython();
  if (base === undefined) {
    void vscode.window.showErrorMessage("No Python 3.11 or newer was found. Install one, then try again.");
    return false;
  }
  const progress = { location: vscode.ProgressLocation.Notification, title: "Installing the Velox server", cancellable: true };
  return vscode.window.withProgress(progress, async (report, token) => {
    try {
      report.report({ message: "making an environment" });
      await run(base, ["-m", "venv", folder], token);
      report.report({ message: `pip install ${PACKAGE}, and what it needs` });
      await run(managedPython(context), ["-m", "pip", "install", "--upgrade", packaged(context)], token);
      return true;
    } catch (error) {
      if (!token.isCancellationRequested) {
        void vscode.window.showErrorMessage(`The Velox server could not be installed: ${String(error)}`);
      }
      return false;
    }
  });
}

async function basePython(): Promise<string | undefined> {
  const check = "import sys; sys.exit(sys.version_info < (3, 11))";
  const active = vscode.workspace.isTrusted ? await activeInterpreter() : undefined;
  for (const python of [active, "python3.13", "python3.12", "python3.11", "python3", "python"]) {
    if (python === undefined) {
      continue;
    }
    const fits = await new Promise<boolean>((resolve) =>
      execFile(python, ["-c", check], { timeout: 20000 }, (error) => resolve(error === null)),
    );
    if (fits) {
      return python;
    }
  }
  return undefined;
}

function run(command: string, args: string[], token: vscode.CancellationToken): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { maxBuffer: 1 << 24 }, (error, _out, errors) =>
      error === null ? resolve() : reject(new Error(errors.trim().split("\n").pop() ?? error.message)),
    );
    token.onCancellationRequested(() => child.kill());
  });
}
