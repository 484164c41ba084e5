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

export interface Summary {
  count: number;
  mean: number | null;
  median: number | null;
  p90: number | null;
}

/** How many suggestions there were and what became of them, each counted by its latest answer. */
export interface Answers {
  offered: number;
  accepted: number;
  edited: number;
  rejected: number;
  reverted: number;
  undecided: number;
  acceptance_rate: number | null;
  false_positive_rate: number | null;
}

export interface TriedFigures extends Answers {
  tried: number;
  verified: number;
  "no-gain": number;
  refuted: number;
  unverifiable: number;
  error: number;
  success_rate: number | null;
  median_speedup: number | null;
}

export interface PolicyVersion {
  version: string;
  functions: number;
  improved: number;
  success_rate: number | null;
  mean_steps: number;
  mean_seconds: number;
}

/** What the first choices of a policy brought, in the mean; the shadow's are not listened to. */
export interface ChoiceRecord {
  version: string | null;
  decisions: number;
  average_reward: number | null;
  success_rate: number | null;
  regret: number | null;
}

export interface PolicyRecords {
  active: ChoiceRecord | null;
  shadow: ChoiceRecord | null;
  comparison: { decisions: number; agreement: number | null; advantage: number | null; certainty: number | null } | null;
}

export interface Step extends Answers {
  from: string;
  functions: number;
  improved: number;
  median_speedup: number | null;
}

/** The document of `velox metrics`; rates are shares of 1, null where nothing was counted. */
export interface Metrics {
  functions: { asked: number; improved: number; unchanged: number; unverifiable: number; error: number; success_rate: number | null };
  suggestions: Answers;
  speedup: Summary;
  memory_ratio: Summary;
  seconds_to_suggestion: Summary;
  models: { requests: number; remote: number; answered: number; tokens: number; cost: number };
  policy: { active: string; shadow: string | null; versions: PolicyVersion[]; records?: PolicyRecords };
  strategies: (TriedFigures & { strategy: string })[];
  rules: (TriedFigures & { rule: string; strategy: string })[];
  over_time: Step[];
  error?: { message: string; hint: string };
}
