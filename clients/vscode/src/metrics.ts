/** The panel of figures: one for the window, read from the server when it is opened, asked, or something was answered. */

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { metricsFigures, metricsPage } from "./metricsHtml";
import type { Metrics } from "./protocol";

const DAY = 86_400_000;

interface Asked {
  days?: string;
  by?: string;
  workspace?: string;
}

export class MetricsPanel {
  private panel: vscode.WebviewPanel | undefined;
  private asked: Asked = {};
  private turn = 0;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly client: () => LanguageClient | undefined,
  ) {}

  show(): void {
    if (this.panel !== undefined) {
      this.panel.reveal();
      this.refresh();
      return;
    }
    const options = { enableScripts: true, localResourceRoots: [], retainContextWhenHidden: true };
    const panel = vscode.window.createWebviewPanel("velox.metrics", "Velox: Metrics", vscode.ViewColumn.Active, options);
    panel.iconPath = vscode.Uri.joinPath(this.context.extensionUri, "media", "icon.png");
    panel.onDidDispose(() => {
      this.panel = undefined;
    });
    panel.webview.onDidReceiveMessage((message: { command?: unknown; query?: Asked }) => {
      if (message.command === "show") {
        this.asked = message.query ?? {};
        void this.read();
      }
    });
    this.panel = panel;
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ name, uri }) => ({ name, uri: uri.toString() }));
    panel.webview.html = metricsPage(folders, randomBytes(18).toString("base64"));
  }

  /** Read the figures again if they are shown: something was measured or answered. */
  refresh(): void {
    if (this.panel !== undefined) {
      void this.read();
    }
  }

  private async read(): Promise<void> {
    this.turn += 1;
    const turn = this.turn;
    const told = await this.figures();
    // A slow answer to an earlier question must not replace that to a later one.
    if (turn === this.turn) {
      await this.panel?.webview.postMessage(told);
    }
  }

  private async figures(): Promise<{ figures?: string; says: string }> {
    const client = this.client();
    if (client === undefined) {
      return { says: "The Velox server is not running." };
    }
    const { days, by, workspace } = this.asked;
    const since = days ? new Date(Date.now() - Number(days) * DAY).toISOString().slice(0, 10) : "";
    try {
      const metrics = await client.sendRequest<Metrics>("workspace/executeCommand", {
        command: "velox.metrics",
        arguments: [{ since, by, workspace }],
      });
      if (metrics.error !== undefined) {
        return { says: `${metrics.error.message} ${metrics.error.hint}` };
      }
      return { figures: metricsFigures(metrics), says: `As of ${new Date().toLocaleTimeString()}.` };
    } catch (error) {
      return { says: `The figures could not be read: ${String(error)}` };
    }
  }
}
