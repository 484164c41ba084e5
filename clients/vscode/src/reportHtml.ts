/** The report as an HTML page: the two versions, what was measured, what it rests on, and what differs. */

import { escape, memoryBars, runtimeBars, scalingChart } from "./charts";
import { sideBySide } from "./lineDiff";
import { page } from "./page";
import type { Attempt, Difference, Evidence, Result, Suggestion } from "./protocol";

const STYLE = `
table.code { border-collapse: collapse; width: 100%; font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); }
table.code td { white-space: pre; padding: 1px 10px; width: 50%; vertical-align: top; }
table.code th { text-align: left; padding: 4px 10px; font-weight: 600; font-family: var(--vscode-font-family); }
td.minus { background: var(--vscode-diffEditor-removedLineBackground, #f003); }
td.plus { background: var(--vscode-diffEditor-insertedLineBackground, #0f03); }
svg .whisker { stroke: var(--vscode-foreground); stroke-width: 1.5; fill: none; }
svg .line { fill: none; stroke-width: 2; } svg .fitted { stroke-dasharray: 5 4; }
table.facts { border-collapse: collapse; } table.facts th { text-align: left; font-weight: 400; padding: 3px 24px 3px 0; color: var(--vscode-descriptionForeground); } table.facts td { padding: 3px 0; }
table.tried { border-collapse: collapse; width: 100%; } table.tried th, table.tried td { text-align: left; padding: 4px 16px 4px 0; border-bottom: 1px solid var(--vscode-panel-border, #8884); vertical-align: top; }
.example { border-left: 3px solid var(--vscode-editorWarning-foreground); padding: 4px 12px; margin: 8px 0; } .example code { white-space: pre-wrap; word-break: break-word; }
`;

const SCRIPT = `
const vscode = acquireVsCodeApi();
for (const button of document.querySelectorAll("button")) {
  button.addEventListener("click", () => vscode.postMessage({ command: button.dataset.command }));
}
window.addEventListener("message", (event) => {
  document.getElementById("answer").textContent = event.data.says;
  for (const button of document.querySelectorAll("button[data-answers]")) button.disabled = true;
});
`;

/** The whole page; `nonce` is what the content security policy lets the page's own style and script run by. */
export function reportPage(result: Result, nonce: string): string {
  const suggestion = result.result.suggestions[0];
  const body = `<h1><code>${escape(result.function)}</code></h1>
<p class="lead">${escape(result.message.replace(`${result.function}: `, ""))}</p>
${suggestion === undefined ? "" : buttons()}
<p id="answer" role="status" aria-live="polite"></p>
${suggestion === undefined ? "" : found(result, suggestion)}
${tried(result.result.tried)}`;
  return page({ title: `Velox: ${result.function}`, body, style: STYLE, script: SCRIPT, nonce });
}

function buttons(): string {
  return `<p><button class="main" data-command="accept" data-answers>Accept</button>
<button class="other" data-command="reject" data-answers>Reject</button>
<button class="other" data-command="diff">Open as diff</button></p>`;
}

function found(result: Result, suggestion: Suggestion): string {
  return `<h2>Before and after</h2>${code(result.oldFunction ?? "", suggestion.new_function)}
<p class="quiet">${escape(suggestion.reason)}</p>
<h2>Measured</h2>${charts(suggestion)}
<h2>What equal behaviour rests on</h2>${evidence(suggestion.evidence)}
${caveats(suggestion.caveats)}`;
}

function code(before: string, after: string): string {
  const rows = sideBySide(before, after).map((row) => {
    const left = row.kind === "same" || row.old === undefined ? "" : ' class="minus"';
    const right = row.kind === "same" || row.new === undefined ? "" : ' class="plus"';
    return `<tr><td${left}>${escape(row.old ?? "")}</td><td${right}>${escape(row.new ?? "")}</td></tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="The two versions side by side">
<table class="code"><thead><tr><th scope="col">Before</th><th scope="col">After</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function charts(suggestion: Suggestion): string {
  const largest = suggestion.sizes?.at(-1);
  const at = largest === undefined ? "" : ` at n = ${largest.toLocaleString("en")}`;
  const figures: [string, string][] = [];
  if (suggestion.speedup && suggestion.call_seconds) {
    const { median, low, high } = suggestion.speedup;
    const told = `Time of one call${at}: ${median.toFixed(2)}× faster (95 % interval ${low.toFixed(2)} to ${high.toFixed(2)})`;
    figures.push([told, runtimeBars(suggestion.call_seconds, suggestion.speedup)]);
  }
  if (suggestion.memory_bytes) {
    figures.push([`Peak memory of one call${at}`, memoryBars(suggestion.memory_bytes)]);
  }
  const scaling = scalingChart(suggestion);
  if (scaling !== "") {
    figures.push(["Time against size, both logarithmic; dashed: beyond what was measured", scaling]);
  }
  const shown = figures.map(([caption, svg]) => `<figure><figcaption>${escape(caption)}</figcaption>${svg}</figure>`);
  return `<div class="charts">${shown.join("")}</div>`;
}

function evidence(given: Evidence): string {
  const percent = (share: number | null): string => (share === null ? "not known" : `${Math.round(share * 100)} %`);
  const rows: [string, string][] = [
    ["Inputs compared", `${given.inputs}${given.exceptions ? `, ${given.exceptions} of them raise` : ""}`],
    ["Beyond the evident domain", `${given.wide_inputs ?? 0} more`],
    ["Branches reached", percent(given.coverage)],
    [
      "Planted bugs detected",
      given.mutants?.planted ? `${given.mutants.killed} of ${given.mutants.planted}` : percent(given.strength),
    ],
    ["Your own tests", given.tests ?? "not run (set velox.testCommand)"],
    ["Sandbox", given.sandbox],
  ];
  const shown = rows.map(([name, value]) => `<tr><th scope="row">${escape(name)}</th><td>${escape(value)}</td></tr>`);
  return `<table class="facts">${shown.join("")}</table>`;
}

function caveats(differences: Difference[]): string {
  if (differences.length === 0) {
    return "";
  }
  return `<h2>Differs outside the evident domain</h2>${differences.map(example).join("")}`;
}

function example(difference: Difference): string {
  return `<div class="example">On <code>${escape(difference.inputs)}</code><br>
before: <code>${escape(difference.old)}</code><br>after: <code>${escape(difference.new)}</code></div>`;
}

function tried(attempts: Attempt[]): string {
  if (attempts.length === 0) {
    return "";
  }
  const rows = attempts.map(
    (one) => `<tr><td><code>${escape(one.strategy)}</code></td><td>${escape(one.status)}</td>
<td>${escape(one.reason)}${one.counterexample ? example(one.counterexample) : ""}</td><td>${one.seconds.toFixed(1)} s</td></tr>`,
  );
  return `<h2>What was tried, in the policy's order</h2><table class="tried">
<thead><tr><th scope="col">Strategy</th><th scope="col">Outcome</th><th scope="col">Why</th><th scope="col">Took</th></tr></thead>
<tbody>${rows.join("")}</tbody></table>`;
}
