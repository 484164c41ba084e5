/** The lines of two texts side by side, by their longest common subsequence. */

export interface Row {
  old: string | undefined;
  new: string | undefined;
  kind: "same" | "changed" | "removed" | "added";
}

export function sideBySide(before: string, after: string): Row[] {
  const a = before.split("\n");
  const b = after.split("\n");
  const lengths = table(a, b);
  const rows: Row[] = [];
  let removed: string[] = [];
  let added: string[] = [];
  const flush = (): void => {
    for (let i = 0; i < Math.max(removed.length, added.length); i++) {
      const kind = i >= removed.length ? "added" : i >= added.length ? "removed" : "changed";
      rows.push({ old: removed[i], new: added[i], kind });
    }
    removed = [];
    added = [];
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = a[i];
    const right = b[j];
    if (left !== undefined && left === right) {
      flush();
      rows.push({ old: left, new: right, kind: "same" });
      i++;
      j++;
    } else if (right !== undefined && (left === undefined || at(lengths, i, j + 1) > at(lengths, i + 1, j))) {
      added.push(right);
      j++;
    } else if (left !== undefined) {
      removed.push(left);
      i++;
    }
  }
  flush();
  return rows;
}

function table(a: string[], b: string[]): number[][] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const longer = Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1));
      (lengths[i] as number[])[j] = a[i] === b[j] ? at(lengths, i + 1, j + 1) + 1 : longer;
    }
  }
  return lengths;
}

function at(lengths: number[][], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0;
}
