/** What came of Velox's work as an HTML page: rates, gains, waiting, model spend, the policy, strategies and rules. */

import { escape } from "./charts";
import { page } from "./page";
import type { Metrics, PolicyRecords, PolicyVersion, TriedFigures } from "./protocol";
import { columns, line } from "./timeCharts";

const STYLE = `
form { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: center; margin: 12px 0; }
select { font: inherit; color: var(--vscode-dropdown-foreground); background: var(--vscode-dropdown-background); border: 1px solid var(--vscode-dropdown-border, #8888); border-radius: 2px; padding: 4px 6px; margin-left: 6px; }
select:focus-visible { outline: 2px solid var(--vscode-focusBorder); outline-offset: 1px; }
#said { min-height: 1.4em; margin: 0; }
dl.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(270px, 1fr)); gap: 12px; margin: 12px 0 0; }
dl.tiles div { border: 1px solid var(--vscode-panel-border, #8884); border-radius: 4px; padding: 10px 14px; }
dl.tiles dt { color: var(--vscode-descriptionForeground); } dl.tiles dd { margin: 2px 0 0; } dl.tiles dd.figure { font-size: 1.6em; font-weight: 600; }
.charts { margin-top: 8px; } svg .line { fill: none; stroke-width: 2; }
svg .taken { fill: var(--vscode-charts-green); } svg .other { fill: var(--vscode-charts-blue); } svg .down { fill: var(--vscode-charts-red); } svg .open { fill: var(--vscode-foreground); fill-opacity: .35; }
ul.legend { display: flex; gap: 18px; list-style: none; padding: 0; margin: 2px 0 0 44px; } svg.key { width: 10px; height: 10px; margin-right: 6px; }
table.figures { border-collapse: collapse; width: 100%; } table.figures th, table.figures td { padding: 4px 10px; text-align: right; border-bottom: 1px solid var(--vscode-panel-border, #8884); white-space: nowrap; }
table.figures th:first-child, table.figures td:first-child, table.figures td.text, table.figures th.text { text-align: left; }
table.figures tbody th { font-weight: 400; } table.figures thead th { padding: 0; background: var(--vscode-editor-background); }
table.figures thead button { background: none; border: 0; color: inherit; font-weight: 600; margin: 0; padding: 5px 10px; }
th[aria-sort="descending"] button::after { content: " ▾"; } th[aria-sort="ascending"] button::after { content: " ▴"; }
details { margin: 8px 0; } summary { cursor: pointer; } summary:focus-visible { outline: 2px solid var(--vscode-focusBorder); }
`;

// Columns are sorted where they are; a sorted table stays so when the figures are read again.
const SCRIPT = `
const vscode = acquireVsCodeApi();
const form = document.querySelector("form"), figures = document.getElementById("figures"), said = document.getElementById("said");
const sorted = new Map();
function ask() {
  said.textContent = "Counting …";
  vscode.postMessage({ command: "show", query: Object.fromEntries(new FormData(form)) });
}
function sort(table, index, direction) {
  const rows = [...table.tBodies[0].rows];
  const key = (row) => { const cell = row.cells[index]; return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value); };
  rows.sort((a, b) => { const [x, y] = [key(a), key(b)]; return (x < y ? -1 : x > y ? 1 : 0) * (direction === "ascending" ? 1 : -1); });
  table.tBodies[0].append(...rows);
  [...table.tHead.rows[0].cells].forEach((cell, at) => at === index ? cell.setAttribute("aria-sort", direction) : cell.removeAttribute("aria-sort"));
  sorted.set(table.id, [index, direction]);
}
form.addEventListener("change", ask);
form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
figures.addEventListener("click", (event) => {
  const button = event.target.closest("thead button");
  if (!button) return;
  const cell = button.closest("th");
  const first = cell.classList.contains("text") ? "ascending" : "descending";
  const other = first === "ascending" ? "descending" : "ascending";
  sort(cell.closest("table"), cell.cellIndex, cell.getAttribute("aria-sort") === first ? other : first);
});
window.addEventListener("message", (event) => {
  if (event.data.figures !== undefined) {
    figures.innerHTML = event.data.figures;
    for (const [id, [index, direction]] of sorted) {
      const table = document.getElementById(id);
      if (table) sort(table, index, direction);
    }
  }
  said.textContent = event.data.says;
});
ask();
`;

/** The page without figures; it asks for them and is sent what `metricsFigures` writes. */
export function metricsPage(folders: { name: string; uri: string }[], nonce: string): string {
  const places = folders.map(({ name, uri }) => `<option value="${escape(uri)}">${escape(name)}</option>`);
  const body = `<h1>What came of Velox's work</h1>
<p class="quiet">Counted on this machine from what was asked, measured and answered. Nothing is sent anywhere.</p>
<form aria-label="Which figures">
<label>Time<select name="days"><option value="">all</option><option value="7">last 7 days</option><option value="30">last 30 days</option><option value="365">last year</option></select></label>
<label>Step<select name="by"><option value="day">day</option><option value="week" selected>week</option><option value="month">month</option></select></label>
<label>Where<select name="workspace"><option value="">every workspace</option>${places.join("")}</select></label>
<button class="other">Refresh</button></form>
<p id="said" class="quiet" role="status" aria-live="polite"></p>
<div id="figures"></div>`;
  return page({ title: "Velox: Metrics", body, style: STYLE, script: SCRIPT, nonce });
}

/** The figures themselves, as the part of the page below its form. */
export function metricsFigures(metrics: Metrics): string {
  if (metrics.functions.asked === 0 && metrics.suggestions.offered === 0) {
    return `<p class="lead">Nothing to count yet. Put the cursor into a function and run <em>Velox: Verify and Rewrite Function at Cursor</em>.</p>`;
  }
  return `${tiles(metrics)}
<h2>Over time</h2>${overTime(metrics)}
<h2>Policy</h2>${policy(metrics)}
<h2>Strategies</h2>${tried("strategies", "Strategy", metrics.strategies.map((one) => ({ name: one.strategy, of: one })))}
<h2>Rules</h2>
<p class="quiet">A rule has the figures of the strategy that mends what it finds.</p>
${tried("rules", "Rule", metrics.rules.map((one) => ({ name: one.rule, of: one })))}`;
}

function tiles(metrics: Metrics): string {
  const { functions, suggestions, speedup, memory_ratio: memory, seconds_to_suggestion: waited, models } = metrics;
  const answered = suggestions.offered - suggestions.undecided;
  const entries: [string, string, string][] = [
    ["Success", percent(functions.success_rate), `${functions.improved} of ${functions.asked} functions got a rewrite`],
    [
      "Turned down (false positives)",
      percent(suggestions.false_positive_rate),
      `${suggestions.rejected + suggestions.reverted} of ${answered} answered; ${suggestions.undecided} undecided`,
    ],
    ["Speed-up", times(speedup.median), `median; mean ${times(speedup.mean)}`],
    ["Peak memory, old over new", times(memory.median), `median; mean ${times(memory.mean)}`],
    ["Time to a suggestion", seconds(waited.median), `median; 9 of 10 within ${seconds(waited.p90)}`],
    [
      "Models",
      `$${models.cost.toFixed(models.cost > 0 && models.cost < 0.1 ? 4 : 2)}`,
      models.requests === 0 ? "none was asked" : `${models.requests} requests (${models.remote} remote), ${models.tokens.toLocaleString("en")} tokens`,
    ],
  ];
  const shown = entries.map(
    ([name, figure, told]) => `<div><dt>${escape(name)}</dt><dd class="figure">${escape(figure)}</dd><dd class="quiet">${escape(told)}</dd></div>`,
  );
  return `<dl class="tiles">${shown.join("")}</dl>`;
}

function overTime(metrics: Metrics): string {
  const steps = metrics.over_time.map((step) => step.from);
  const of = (count: (step: Metrics["over_time"][number]) => number): number[] => metrics.over_time.map(count);
  const charts: [string, string][] = [
    [
      "Functions asked about",
      columns("Functions asked about", steps, [
        { name: "improved", kind: "taken", values: of((step) => step.improved) },
        { name: "not improved", kind: "other", values: of((step) => step.functions - step.improved) },
      ]),
    ],
    [
      "Suggestions, by what became of them",
      columns("Suggestions", steps, [
        { name: "taken", kind: "taken", values: of((step) => step.accepted + step.edited) },
        { name: "turned down", kind: "down", values: of((step) => step.rejected + step.reverted) },
        { name: "undecided", kind: "open", values: of((step) => step.undecided) },
      ]),
    ],
    ["Median speed-up", line("Median speed-up", steps, metrics.over_time.map((step) => step.median_speedup), (value) => `${short(value)}×`)],
  ];
  const figures = charts.map(([caption, chart]) => `<figure><figcaption>${escape(caption)}</figcaption>${chart}</figure>`);
  const head = ["From", "Functions", "Improved", "Offered", "Taken", "Turned down", "Undecided", "Median speed-up"];
  const rows = metrics.over_time.map((step) => [
    { told: step.from },
    number(step.functions),
    number(step.improved),
    number(step.offered),
    number(step.accepted + step.edited),
    number(step.rejected + step.reverted),
    number(step.undecided),
    ratio(step.median_speedup),
  ]);
  return `<div class="charts">${figures.join("")}</div><details><summary>As a table</summary>${table("over-time", "Figures over time", head, rows)}</details>`;
}

function policy({ policy: { active, shadow, versions, records } }: Metrics): string {
  const role = (version: string): string => (version === active ? "active: decides" : version === shadow ? "shadow: only watches" : "");
  const head = ["Version", "Role", "Functions", "Improved", "Rewrites tried for one", "Seconds for one"];
  const unused = [active, ...(shadow === null ? [] : [shadow])].filter((name) => !versions.some((one) => one.version === name));
  const rows = [
    ...versions.map((one: PolicyVersion) => [
      { told: one.version },
      { told: role(one.version) },
      number(one.functions),
      { told: percent(one.success_rate), value: one.success_rate ?? -1 },
      { told: one.mean_steps.toFixed(1), value: one.mean_steps },
      { told: one.mean_seconds.toFixed(1), value: one.mean_seconds },
    ]),
    ...unused.map((name) => [{ told: name }, { told: role(name) }, number(0), { told: "–", value: -1 }, { told: "–", value: -1 }, { told: "–", value: -1 }]),
  ];
  const watching = shadow === null ? "No other policy watches at present." : "";
  return `<p class="quiet">Which version of the policy ordered the strategies. ${watching}</p>${table("policy", "Versions of the policy", head, rows, 2)}${records === undefined ? "" : choices(records)}`;
}

/** The active policy beside the one that only watches, by what their first choices brought. */
function choices({ active, shadow, comparison }: PolicyRecords): string {
  const known = [{ role: "active", of: active }, { role: "shadow", of: shadow }].flatMap(({ role, of }) => (of?.decisions ? [{ role, of }] : []));
  if (known.length === 0) {
    return "";
  }
  const head = ["First choices of", "Version", "Choices", "Success", "Mean reward", "Missed by not choosing best"];
  const rows = known.map(({ role, of }) => [
    { told: role },
    { told: of.version ?? "" },
    number(of.decisions),
    { told: percent(of.success_rate), value: of.success_rate ?? -1 },
    reward(of.average_reward),
    reward(of.regret),
  ]);
  const { agreement, advantage, certainty, decisions } = comparison ?? { agreement: null, advantage: null, certainty: null, decisions: 0 };
  const told =
    agreement === null || advantage === null
      ? ""
      : `<p>Both chose the same in ${percent(agreement)} of ${decisions} cases. The shadow's choices brought ${advantage < 0 ? "less" : "more"}, by a reward of ${Math.abs(advantage).toFixed(3)} in the mean${certainty === null ? "" : `; that it is the better one is ${percent(certainty)} certain`}.</p>`;
  return `<h2>Active beside shadow</h2>${table("choices", "First choices of the active policy and of its shadow", head, rows, 2)}${told}`;
}

function tried(id: string, what: string, entries: { name: string; of: TriedFigures }[]): string {
  if (entries.length === 0) {
    return `<p class="quiet">None was tried yet.</p>`;
  }
  const head = [what, "Tried", "Verified", "No gain", "Refuted", "Not verifiable", "Success", "Offered", "Taken", "Turned down", "Median speed-up"];
  const rows = entries.map(({ name, of }) => [
    { told: name },
    number(of.tried),
    number(of.verified),
    number(of["no-gain"]),
    number(of.refuted),
    number(of.unverifiable + of.error),
    { told: percent(of.success_rate), value: of.success_rate ?? -1 },
    number(of.offered),
    number(of.accepted + of.edited),
    number(of.rejected + of.reverted),
    ratio(of.median_speedup),
  ]);
  return table(id, `${what} by what became of it`, head, rows);
}

interface Cell {
  told: string;
  value?: number; // what it is sorted by; text without
}

/** A table whose columns can be sorted by the buttons in its head; the first `texts` columns hold words. */
function table(id: string, label: string, head: string[], rows: Cell[][], texts = 1): string {
  const heads = head.map((name, index) => `<th scope="col"${index < texts ? ' class="text"' : ""}><button type="button">${escape(name)}</button></th>`);
  const body = rows.map((row) => {
    const cells = row.map(({ told, value }, index) => {
      const sortedBy = value === undefined ? "" : ` data-value="${value}"`;
      return index === 0 ? `<th scope="row"${sortedBy}>${escape(told)}</th>` : `<td${sortedBy}${index < texts ? ' class="text"' : ""}>${escape(told)}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escape(label)}">
<table class="figures" id="${id}"><thead><tr>${heads.join("")}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}

function number(count: number): Cell {
  return { told: count === 0 ? "" : count.toLocaleString("en"), value: count };
}

function ratio(value: number | null): Cell {
  return { told: times(value), value: value ?? -1 };
}

function reward(value: number | null): Cell {
  return { told: value === null ? "–" : value.toFixed(3), value: value ?? -9 };
}

function percent(share: number | null): string {
  return share === null ? "–" : `${Math.round(share * 100)} %`;
}

function times(value: number | null): string {
  return value === null ? "–" : `${value.toFixed(value < 100 ? 2 : 0)}×`;
}

function short(value: number): string {
  return value >= 10 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1);
}

function seconds(value: number | null): string {
  return value === null ? "–" : `${value.toFixed(1)} s`;
}
