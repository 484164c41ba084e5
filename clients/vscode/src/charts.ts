/** Small charts as SVG: bars with intervals, and growth on logarithmic axes. Colours come from the theme. */

import type { Interval, Suggestion } from "./protocol";

const WIDTH = 460;
const LEFT = 64;
const RIGHT = 110;

interface Bar {
  label: string;
  value: number;
  low?: number;
  high?: number;
  told: string;
  kind: "before" | "after";
}

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

export function duration(seconds: number): string {
  for (const [unit, size] of [["s", 1], ["ms", 1e-3], ["µs", 1e-6]] as const) {
    if (seconds >= size) {
      return `${(seconds / size).toPrecision(3)} ${unit}`;
    }
  }
  return `${(seconds * 1e9).toPrecision(3)} ns`;
}

export function bytes(count: number): string {
  for (const [unit, size] of [["MiB", 1 << 20], ["KiB", 1 << 10]] as const) {
    if (count >= size) {
      return `${(count / size).toPrecision(3)} ${unit}`;
    }
  }
  return `${Math.round(count)} B`;
}

/** Time of one call before and after, with the interval that the speed-up leaves for the latter. */
export function runtimeBars(seconds: number, speed: Interval): string {
  const after = { value: seconds / speed.median, low: seconds / speed.high, high: seconds / speed.low };
  return bars("Time of one call", [
    { label: "before", value: seconds, told: duration(seconds), kind: "before" },
    { label: "after", ...after, told: duration(after.value), kind: "after" },
  ]);
}

export function memoryBars(memory: { before: number; after: number }): string {
  return bars("Peak memory of one call", [
    { label: "before", value: memory.before, told: bytes(memory.before), kind: "before" },
    { label: "after", value: memory.after, told: bytes(memory.after), kind: "after" },
  ]);
}

function bars(title: string, entries: Bar[]): string {
  const most = Math.max(...entries.map((bar) => bar.high ?? bar.value), Number.MIN_VALUE);
  const scale = (value: number): number => (value / most) * (WIDTH - LEFT - RIGHT);
  const shown = entries.map((bar, index) => {
    const y = 6 + index * 34;
    const middle = y + 12;
    const end = LEFT + Math.max(scale(bar.value), 1);
    const whisker =
      bar.low === undefined || bar.high === undefined
        ? ""
        : `<path class="whisker" d="M${LEFT + scale(bar.low)} ${middle}H${LEFT + scale(bar.high)}m0 -5v10M${LEFT + scale(bar.low)} ${middle - 5}v10"/>`;
    return `<text x="${LEFT - 8}" y="${middle + 4}" text-anchor="end">${bar.label}</text>
      <rect class="${bar.kind}" x="${LEFT}" y="${y}" width="${end - LEFT}" height="24" rx="2"/>${whisker}
      <text x="${Math.max(end, LEFT + scale(bar.high ?? 0)) + 8}" y="${middle + 4}">${escape(bar.told)}</text>`;
  });
  const told = entries.map((bar) => `${bar.label} ${bar.told}`).join(", ");
  return `<svg viewBox="0 0 ${WIDTH} 76" role="img" aria-label="${escape(`${title}: ${told}`)}">${shown.join("")}</svg>`;
}

/** How time grows with size, both axes logarithmic: lines of the fitted powers through the largest size measured. */
export function scalingChart(suggestion: Suggestion): string {
  const { scaling, sizes, call_seconds: seconds, speedup } = suggestion;
  const largest = sizes?.at(-1);
  const smallest = sizes?.at(0);
  if (!scaling || scaling.before === null || !largest || !smallest || !seconds || !speedup) {
    return "";
  }
  const from = smallest < largest ? smallest : largest / 4;
  const to = largest * 4;
  const curves = [
    { kind: "before", exponent: scaling.before, end: seconds },
    ...(scaling.after === null ? [] : [{ kind: "after", exponent: scaling.after, end: seconds / speedup.median }]),
  ].map((curve) => ({ ...curve, time: (size: number): number => curve.end * (size / largest) ** curve.exponent }));
  const after = seconds / speedup.median;
  const times = [after, ...curves.flatMap((curve) => [curve.time(from), curve.time(to)])];
  const low = 10 ** Math.floor(Math.log10(Math.min(...times)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(...times)));
  const bottom = 210;
  const x = (size: number): number => LEFT + (Math.log(size / from) / Math.log(to / from)) * (WIDTH - LEFT - RIGHT);
  const y = (time: number): number => bottom - (Math.log(time / low) / Math.log(high / low)) * (bottom - 14);
  const parts: string[] = [];
  for (let decade = low; decade <= high * 1.01; decade *= 10) {
    parts.push(`<path class="grid" d="M${LEFT} ${y(decade)}H${WIDTH - RIGHT}"/>`);
    parts.push(`<text x="${LEFT - 8}" y="${y(decade) + 4}" text-anchor="end">${duration(decade)}</text>`);
  }
  for (const size of [from, largest, to]) {
    parts.push(`<path class="grid" d="M${x(size)} 14V${bottom}"/>`);
    parts.push(`<text x="${x(size)}" y="${bottom + 18}" text-anchor="middle">${size.toLocaleString("en")}</text>`);
  }
  for (const curve of curves) {
    // Beyond the largest size measured the line is what the fit says, not a measurement.
    parts.push(`<path class="line ${curve.kind}" d="M${x(from)} ${y(curve.time(from))}L${x(largest)} ${y(curve.time(largest))}"/>`);
    parts.push(`<path class="line ${curve.kind} fitted" d="M${x(largest)} ${y(curve.time(largest))}L${x(to)} ${y(curve.time(to))}"/>`);
    parts.push(`<circle class="${curve.kind}" cx="${x(largest)}" cy="${y(curve.time(largest))}" r="4"/>`);
    const name = `${curve.kind}: n<tspan dy="-5" font-size="9">${curve.exponent.toFixed(1)}</tspan>`;
    parts.push(`<text x="${x(to) + 6}" y="${y(curve.time(to)) + 4}">${name}</text>`);
  }
  if (scaling.after === null) {
    // Too fast to tell its growth: the one time that is known.
    parts.push(`<circle class="after" cx="${x(largest)}" cy="${y(after)}" r="4"/>`);
    parts.push(`<text x="${x(largest) + 10}" y="${y(after) + 4}">after: ${duration(after)}</text>`);
  }
  const told = curves.map((curve) => `${curve.kind} with size to the power ${curve.exponent.toFixed(2)}`).join(", ");
  return `<svg viewBox="0 0 ${WIDTH} 236" role="img" aria-label="${escape(`Time grows ${told}`)}">${parts.join("")}</svg>`;
}
