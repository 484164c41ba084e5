/** Charts of figures over time as SVG: stacked columns, and a line for what is a ratio. Colours come from the theme. */

import { escape } from "./charts";

const WIDTH = 460;
const HEIGHT = 190;
const LEFT = 44;
const TOP = 12;
const BOTTOM = 150;
const MOST_COLUMNS = 26;

export interface Series {
  name: string;
  kind: string; // a class that the page's style knows
  values: number[];
}

/** One column for each step of time, the series on top of each other in their order. */
export function columns(title: string, steps: string[], series: Series[]): string {
  const from = Math.max(0, steps.length - MOST_COLUMNS);
  const shown = steps.slice(from);
  const stacks = shown.map((_, index) => series.map((one) => one.values[from + index] ?? 0));
  const most = niceCeiling(Math.max(1, ...stacks.map((stack) => stack.reduce((sum, value) => sum + value, 0))));
  const y = (value: number): number => BOTTOM - (value / most) * (BOTTOM - TOP);
  const width = (WIDTH - LEFT) / Math.max(shown.length, 6);
  const parts = axis(most, y, (value) => String(value));
  stacks.forEach((stack, index) => {
    let below = 0;
    stack.forEach((value, which) => {
      if (value > 0) {
        const [top, bottom] = [y(below + value), y(below)];
        const x = LEFT + index * width + width * 0.15;
        parts.push(`<rect class="${series[which]?.kind}" x="${x}" y="${top}" width="${width * 0.7}" height="${bottom - top}"/>`);
        below += value;
      }
    });
  });
  parts.push(...days(shown, width));
  const told = series.map((one) => `${one.values.reduce((sum, value) => sum + value, 0)} ${one.name}`).join(", ");
  return svg(`${title}: ${told} in all`, parts) + legend(series);
}

/** A point for each step that has a value, joined; from 0 on, so that small changes stay small. */
export function line(title: string, steps: string[], values: (number | null)[], told: (value: number) => string): string {
  const from = Math.max(0, steps.length - MOST_COLUMNS);
  const shown = steps.slice(from);
  const known = values.slice(from).flatMap((value, index) => (value === null ? [] : [{ index, value }]));
  const most = niceCeiling(Math.max(1, ...known.map((point) => point.value)));
  const y = (value: number): number => BOTTOM - (value / most) * (BOTTOM - TOP);
  const width = (WIDTH - LEFT) / Math.max(shown.length, 6);
  const x = (index: number): number => LEFT + (index + 0.5) * width;
  const parts = axis(most, y, told);
  parts.push(`<path class="line after" d="M${known.map((point) => `${x(point.index)} ${y(point.value)}`).join("L")}"/>`);
  for (const { index, value } of known) {
    parts.push(`<circle class="after" cx="${x(index)}" cy="${y(value)}" r="3.5"><title>${escape(`${shown[index]}: ${told(value)}`)}</title></circle>`);
  }
  parts.push(...days(shown, width));
  const latest = known.at(-1);
  return svg(`${title}${latest === undefined ? "" : `: ${told(latest.value)} from ${shown[latest.index]} on`}`, parts);
}

function axis(most: number, y: (value: number) => number, told: (value: number) => string): string[] {
  const values = most === 1 ? [0, 1] : [0, most / 2, most];
  return values.map(
    (value) =>
      `<path class="grid" d="M${LEFT} ${y(value)}H${WIDTH}"/><text x="${LEFT - 6}" y="${y(value) + 4}" text-anchor="end">${told(value)}</text>`,
  );
}

/** The names of the first, the last and as many steps between as there is room for. */
function days(steps: string[], width: number): string[] {
  const every = Math.max(1, Math.ceil(78 / width));
  return steps.flatMap((step, index) =>
    index % every === 0 ? [`<text x="${LEFT + (index + 0.15) * width}" y="${BOTTOM + 18}">${escape(step)}</text>`] : [],
  );
}

function legend(series: Series[]): string {
  const entries = series.map((one) => `<li><svg class="key" viewBox="0 0 10 10" aria-hidden="true"><rect class="${one.kind}" width="10" height="10"/></svg>${escape(one.name)}</li>`);
  return `<ul class="legend">${entries.join("")}</ul>`;
}

function svg(label: string, parts: string[]): string {
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT - 16}" role="img" aria-label="${escape(label)}">${parts.join("")}</svg>`;
}

/** The next even number of the form 1, 2 or 5 times a power of ten, so that half of it is whole too. */
function niceCeiling(value: number): number {
  if (value <= 2) {
    return Math.ceil(value);
  }
  const decade = 10 ** Math.floor(Math.log10(value));
  return [2, 4, 6, 8, 10, 20].map((factor) => factor * decade).find((bound) => bound >= value) ?? value;
}
