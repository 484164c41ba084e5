/** The connection to the server: what it is told about this editor, and which of its settings it gets. */

import * as vscode from "vscode";
import {
  type ClientCapabilities,
  type ConfigurationParams,
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
  type StaticFeature,
} from "vscode-languageclient/node";
import { runCommand } from "./work";

/** Announces that this client shows results and the state of the server itself. */
class OwnAbilities implements StaticFeature {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    capabilities.experimental = { ...capabilities.experimental, velox: { review: true, status: true } };
  }
  initialize(): void {}
  getState(): { kind: "static" } {
    return { kind: "static" };
  }
  clear(): void {}
}

export function makeClient(python: string, log: vscode.LogOutputChannel): LanguageClient {
  const command = { command: python, args: ["-P", "-m", "velox_server.app", "--stdio"] };
  const server: ServerOptions = { run: command, debug: command };
  const options: LanguageClientOptions = {
    documentSelector: [
      { language: "python", scheme: "file" },
      { language: "python", scheme: "untitled" },
      { language: "python", notebook: "*" },
    ],
    outputChannel: log,
    initializationOptions: { trust: vscode.workspace.isTrusted },
    middleware: {
      executeCommand: (command, args) => runCommand(client, command, args),
      workspace: { configuration: (params) => configuration(params) },
    },
  };
  const client: LanguageClient = new LanguageClient("velox", "Velox", server, options);
  client.registerFeature(new OwnAbilities());
  return client;
}

/** Only what somebody set: VS Code's defaults would hide what the project's pyproject.toml says. */
function configuration(params: ConfigurationParams): Record<string, unknown>[] {
  return params.items.map((item) => {
    const scope = item.scopeUri !== undefined ? vscode.Uri.parse(item.scopeUri) : undefined;
    return { ...explicitSettings(scope), trust: vscode.workspace.isTrusted };
  });
}

function explicitSettings(scope: vscode.Uri | undefined): Record<string, unknown> {
  const section = vscode.workspace.getConfiguration("velox", scope ?? null);
  const found: Record<string, unknown> = {};
  for (const key of Object.keys(section)) {
    const seen = section.inspect(key);
    const value = seen?.workspaceFolderValue ?? seen?.workspaceValue ?? seen?.globalValue;
    if (value !== undefined && typeof section[key] !== "function" && key !== "server" && key !== "trace") {
      found[key] = value;
    }
  }
  return found;
}
