// Drives Visual Studio Code in a browser, as code-server serves it: what the sessions beside this file have in common.
// Environment: VELOX_TEST_URL, VELOX_TEST_FILE (its name in the workspace), VELOX_TEST_SHOTS (folder for screenshots),
// VELOX_TEST_REPORT (JSON file), VELOX_TEST_PLAYWRIGHT (folder of playwright-core), VELOX_TEST_CHROMIUM.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";

const { VELOX_TEST_URL, VELOX_TEST_SHOTS, VELOX_TEST_REPORT, VELOX_TEST_PLAYWRIGHT, VELOX_TEST_CHROMIUM } = process.env;
const { chromium } = createRequire(import.meta.url)(VELOX_TEST_PLAYWRIGHT);

export const report = {};
const browser = await chromium.launch({ executablePath: VELOX_TEST_CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
export const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
export const LONG = 180_000;

export const shot = (name) => page.screenshot({ path: join(VELOX_TEST_SHOTS, `${name}.png`) });
export const visible = (selector, timeout = LONG) => page.locator(selector).first().waitFor({ state: "visible", timeout });
export async function palette(command) {
  await page.keyboard.press("F1");
  await visible(".quick-input-widget input", 20_000);
  await page.keyboard.type(command);
  await page.waitForTimeout(500);
  await page.keyboard.press("Enter");
  await page.waitForTimeout(400);
}

export async function openFile(name) {
  await page.keyboard.press("Control+KeyP");
  await visible(".quick-input-widget input", 20_000);
  await page.keyboard.type(name);
  await visible(`.quick-input-list .monaco-list-row:has-text("${name}")`, 60_000);
  await page.waitForTimeout(1000);
  await page.keyboard.press("Enter");
  await visible(`.tab[data-resource-name="${name}"]`, 30_000);
}

export async function goTo(line, column) {
  await page.keyboard.press("Control+KeyG");
  await visible(".quick-input-widget input", 20_000);
  await page.keyboard.type(`${line}:${column}`);
  await page.keyboard.press("Enter");
  await page.waitForTimeout(300);
}

export const shownText = () =>
  page.evaluate(() =>
    [...document.querySelectorAll(".editor-group-container.active .view-lines .view-line")]
      .map((line) => [parseFloat(line.style.top), line.textContent.replaceAll("\u00a0", " ")])
      .sort((one, other) => one[0] - other[0])
      .map(([, text]) => text)
      .join("\n"),
  );

/** What axe finds wrong for people who use a keyboard, a screen reader or high contrast: rule and places. */
export async function audit(frame) {
  await frame.evaluate(readFileSync(join(dirname(VELOX_TEST_PLAYWRIGHT), "axe-core", "axe.min.js"), "utf8"));
  const { violations } = await frame.evaluate(() => window.axe.run(document.querySelector("main")));
  return violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

export async function until(what, condition, limit = LONG) {
  const end = Date.now() + limit;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`timed out: ${what}`);
    await page.waitForTimeout(150);
  }
}

export async function step(name, run) {
  try {
    await run();
  } catch (error) {
    await shot(`failed-${name}`);
    throw error;
  }
}

/** Run a session from the first page on, and write down what it saw, also where it failed. */
export async function session(run) {
  try {
    await page.goto(VELOX_TEST_URL);
    await visible(".monaco-workbench", 90_000);
    await page.waitForTimeout(3000);
    await run();
    report.done = true;
  } catch (error) {
    report.failed = String(error);
  } finally {
    writeFileSync(VELOX_TEST_REPORT, JSON.stringify(report, null, 2));
    await browser.close();
  }
}
