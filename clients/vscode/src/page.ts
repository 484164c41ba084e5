/** The frame that the panels share: their look, which is the theme's, and a policy that lets nothing in from elsewhere. */

import { escape } from "./charts";

const STYLE = `
body { padding: 0 24px 32px; background: var(--vscode-editor-background); color: var(--vscode-foreground); font: var(--vscode-font-size) var(--vscode-font-family); max-width: 1100px; }
h1 { font-size: 1.5em; margin: 20px 0 4px; } h2 { font-size: 1.1em; margin: 28px 0 8px; }
.lead { font-size: 1.1em; margin: 0 0 12px; } .quiet { color: var(--vscode-descriptionForeground); }
button { font: inherit; padding: 5px 14px; margin-right: 8px; border: 1px solid var(--vscode-button-border, transparent); border-radius: 2px; cursor: pointer; }
button.main { background: var(--vscode-button-background); color: var(--vscode-button-foreground); }
button.other { background: var(--vscode-button-secondaryBackground); color: var(--vscode-button-secondaryForeground); }
button:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--vscode-focusBorder); outline-offset: 2px; }
button:disabled { opacity: .5; cursor: default; }
.scroll { overflow-x: auto; border: 1px solid var(--vscode-panel-border, #8884); border-radius: 3px; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(380px, 1fr)); gap: 8px 32px; }
figure { margin: 0; } figcaption { font-weight: 600; margin-bottom: 4px; }
svg { width: 100%; height: auto; } svg text { fill: var(--vscode-foreground); font-size: 12px; }
svg .before { fill: var(--vscode-charts-blue); stroke: var(--vscode-charts-blue); }
svg .after { fill: var(--vscode-charts-green); stroke: var(--vscode-charts-green); }
svg rect { stroke: none !important; }
svg .grid { stroke: var(--vscode-foreground); stroke-opacity: .18; }
code { font-family: var(--vscode-editor-font-family); }
`;

export interface Page {
  title: string;
  body: string;
  style: string;
  script: string;
  /** What the content security policy lets the page's own style and script run by. */
  nonce: string;
}

export function page({ title, body, style, script, nonce }: Page): string {
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>${escape(title)}</title><style nonce="${nonce}">${STYLE}${style}</style></head>
<body><main>
${body}
</main><script nonce="${nonce}">${script}</script></body></html>`;
}
