/** The report panel: one for the whole window, showing the result asked for last. */

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Result } from "./protocol";
import { reportPage } from "./reportHtml";

export interface Answers {
  accept(): Promise<void>;
  reject(): Promise<void>;
  diff(): Promise<void>;
}

export class ReportPanel {
  private static current: ReportPanel | undefined;
  private answers: Answers | undefined;
  private key = "";

  private constructor(private readonly panel: vscode.WebviewPanel) {
    panel.onDidDispose(() => {
      ReportPanel.current = undefined;
    });
    panel.webview.onDidReceiveMessage((message: { command?: unknown }) => {
      if (message.command === "accept") {
        void this.answers?.accept();
      } else if (message.command === "reject") {
        void this.answers?.reject();
      } else if (message.command === "diff") {
        void this.answers?.diff();
      }
    });
  }

  static show(context: vscode.ExtensionContext, result: Result, answers: Answers): void {
    if (ReportPanel.current === undefined) {
      const options = { enableScripts: true, localResourceRoots: [], retainContextWhenHidden: true };
      const panel = vscode.window.createWebviewPanel("velox.report", "Velox", vscode.ViewColumn.Beside, options);
      panel.iconPath = vscode.Uri.joinPath(context.extensionUri, "media", "icon.png");
      ReportPanel.current = new ReportPanel(panel);
    }
    const shown = ReportPanel.current;
    shown.answers = answers;
    shown.key = result.suggestion ?? "";
    shown.panel.title = `Velox: ${result.function}`;
    shown.panel.webview.html = reportPage(result, randomBytes(18).toString("base64"));
    shown.panel.reveal(undefined, true);
  }

  /** Say in the panel that its suggestion was answered, wherever that was done. */
  static answered(key: string, how: string): void {
    const shown = ReportPanel.current;
    if (shown?.key === key) {
      void shown.panel.webview.postMessage({ says: `This rewrite was ${how}.` });
    }
  }
}
