/** The documents that the server sends; the same as the command line's JSON. */

export interface Interval {
  median: number;
  low: number;
  high: number;
}

export interface Difference {
  says: string;
  inputs: string;
  old: string;
  new: string;
}

export interface Evidence {
  inputs: number;
  exceptions?: number;
  wide_inputs?: number;
  coverage: number | null;
  strength: number | null;
  mutants?: { killed: number; planted: number };
  tests: string | null;
  sandbox: string;
}

export interface Suggestion {
  id: string;
  strategies: string[];
  new_function: string;
  new_source: string;
  diff: string;
  speedup: Interval | null;
  speedup_typical?: Interval | null;
  memory_ratio: number | null;
  memory_bytes?: { before: number; after: number } | null;
  scaling: { before: number | null; after: number | null } | null;
  sizes?: number[];
  call_seconds?: number;
  evidence: Evidence;
  caveats: Difference[];
  confidence: number;
  reason: string;
  weakly_checked?: boolean;
}

export interface Attempt {
  strategy: string;
  status: string;
  reason: string;
  seconds: number;
  counterexample: Difference | null;
}

export interface FunctionResult {
  name: string;
  path?: string;
  status: string;
  reason?: string;
  suggestions: Suggestion[];
  tried: Attempt[];
}

/** `velox/result`: what came of looking for a rewrite. */
export interface Result {
  uri: string;
  function: string;
  suggestion: string | null;
  message: string;
  oldFunction: string | null;
  oldSource: string;
  result: FunctionResult;
}

/** `velox/status`: what the server is doing. */
export interface Status {
  state: "ready" | "scanning" | "verifying" | "optimizing";
  about: string;
  trusted: boolean;
  verifyInIdle: boolean;
  budget: number;
  policy: { active: string | null; learned: boolean | null } | null;
  model: string | null;
  /** What of today's budget for models is used, in words; null without a model. */
  modelUse: string | null;
}

export interface Finding {
  rule: string;
  name: string;
  path: string;
  line: number;
  column: number;
  end_line: number;
  end_column: number;
  function: string;
  message: string;
  severity: "warning" | "info" | "hint";
  cost: string;
}

export interface RankedFunction {
  path: string;
  name: string;
  line: number;
  cost: string;
  findings: number;
  score: number;
}

export interface ScanDocument {
  summary: { files: number; findings: number; seconds: number };
  findings: Finding[];
  functions: RankedFunction[];
  error?: { message: string; hint: string };
  cancelled?: boolean;
}
