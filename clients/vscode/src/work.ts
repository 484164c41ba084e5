/** Runs commands of the server: long ones with a notification that shows how far they are and cancels them. */

import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { type LanguageClient, LSPErrorCodes, ResponseError, WorkDoneProgress } from "vscode-languageclient/node";

const TITLES: Readonly<Record<string, string>> = {
  "velox.optimize": "Velox",
  "velox.optimizeFile": "Velox",
  "velox.verifyFile": "Velox: verifying findings",
  "velox.coordinate": "Velox: rewriting across files",
  "velox.verify": "Velox: verifying",
  "velox.inputs": "Velox: finding inputs",
};
const METHOD = "workspace/executeCommand";

/** The command's answer; undefined when it was cancelled. */
export async function runCommand<T>(client: LanguageClient, command: string, args: unknown[]): Promise<T | undefined> {
  const title = TITLES[command];
  if (title === undefined) {
    return client.sendRequest<T>(METHOD, { command, arguments: args });
  }
  // The server's own progress would be a line in the status bar, with the cancel button out of sight.
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: command === "velox.optimize" ? `${title}: ${String(args[1])}` : title,
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, cancelled) => {
    const token = randomUUID();
    let done = 0;
    const listening = client.onProgress(WorkDoneProgress.type, token, (value) => {
      if (value.kind === "report") {
        const now = value.percentage ?? done;
        progress.report({ message: value.message ?? "", increment: Math.max(0, now - done) });
        done = Math.max(done, now);
      }
    });
    try {
      return await client.sendRequest<T>(METHOD, { command, arguments: args, workDoneToken: token }, cancelled);
    } catch (error) {
      if (error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled) {
        return undefined;
      }
      throw error;
    } finally {
      listening.dispose();
    }
  });
}
