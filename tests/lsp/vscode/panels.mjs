// The panel of figures, by mouse and by keyboard, in both themes; then a rewrite across files, applied and undone.
import { audit, openFile, page, palette, report, session, shot, shownText, step, until, visible } from "./driver.mjs";

const frameWith = (selector) =>
  until(`a panel with ${selector}`, async () => {
    for (const candidate of page.frames()) {
      if (await candidate.locator(selector).count().catch(() => 0)) return candidate;
    }
    return undefined;
  });
const toasts = () => page.locator(".notifications-toasts").innerText().catch(() => "");

await session(async () => {
  await step("metrics", async () => {
    await openFile("words.py");
    await until("the server", async () => /Velox(?!: starting)/.test(await page.locator(".statusbar").innerText()));
    await palette("Velox: Show Metrics");
    const frame = await frameWith("dl.tiles");
    await palette("Notifications: Clear All");
    await palette("View: Close Primary Side Bar");
    report.policy = await frame.locator('meta[http-equiv="Content-Security-Policy"]').first().getAttribute("content");
    report.figures = await frame.locator("main").innerText();
    report.charts = await frame.locator("svg[role=img]").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
    await page.waitForTimeout(500);
    await shot("metrics-dark");
    report.audit = await audit(frame);

    // By keyboard alone: to the head of a column, sort, and once more the other way.
    const first = (table) => frame.locator(`#${table} tbody tr`).first().innerText();
    const head = frame.locator("#strategies thead button", { hasText: "Median speed-up" });
    await head.focus();
    await page.keyboard.press("Enter");
    report.sortedDown = [await frame.locator("#strategies th[aria-sort]").getAttribute("aria-sort"), await first("strategies")];
    await page.keyboard.press("Enter");
    report.sortedUp = [await frame.locator("#strategies th[aria-sort]").getAttribute("aria-sort"), await first("strategies")];
    await frame.locator("#strategies").scrollIntoViewIfNeeded();
    await page.waitForTimeout(300);
    await shot("metrics-tables-dark");

    await frame.locator('select[name="days"]').focus();
    await frame.locator('select[name="days"]').selectOption("7");
    report.lately = await until("fewer figures", async () => {
      const told = await frame.locator("dl.tiles").innerText().catch(() => "");
      return /of 2 functions/.test(told) && told;
    }, 30_000);
    report.focus = await frame.evaluate(() => document.activeElement.getAttribute("name"));
    report.stillSorted = await frame.locator("#strategies th[aria-sort]").getAttribute("aria-sort");
    await frame.locator('select[name="days"]').selectOption("");
    await until("all figures", async () => /of 1\d functions/.test(await frame.locator("dl.tiles").innerText()), 30_000);
    await palette("Preferences: Toggle between Light/Dark Themes");
    await frame.evaluate(() => window.scrollTo(0, 0));
    await page.waitForTimeout(1500);
    await shot("metrics-light");
    report.audit.push(...(await audit(frame)));
    await frame.evaluate(() => document.querySelector("#policy").scrollIntoView());
    await page.waitForTimeout(300);
    await shot("metrics-tables-light");
    await frame.locator('select[name="workspace"]').selectOption({ index: 1 });
    report.here = await until("those of this folder", async () => {
      const told = await frame.locator("#figures").innerText();
      return /Nothing to count yet/.test(told) && told;
    }, 30_000);
    await palette("Preferences: Toggle between Light/Dark Themes");
    await palette("View: Close All Editors");
  });

  await step("across", async () => {
    await openFile("index.py");
    await openFile("words.py");
    await palette("Velox: Rewrite Across Files");
    await until("progress", async () => /rewriting across files/i.test(await toasts()), 30_000);
    await shot("across-progress");
    report.question = await until("the question", async () => {
      const told = await toasts();
      return /Apply to all files/.test(told) && told;
    });
    await page.locator(".notifications-toasts .monaco-button", { hasText: "Show diff" }).first().click();
    await visible('.tab[data-resource-name="across-files.diff"]', 30_000);
    report.diff = await until("the diff", async () => {
      const told = await shownText();
      return /STOP_SET/.test(told) && told;
    }, 30_000);
    await until("the question again", async () => /Apply to all files/.test(await toasts()), 30_000);
    await page.waitForTimeout(500);
    await shot("across-diff");
    await page.locator(".notifications-toasts .monaco-button", { hasText: "Apply to all files" }).first().click();
    await openFile("words.py");
    report.words = await until("one file changed", async () => {
      const told = await shownText();
      return /STOP_SET/.test(told) && told;
    }, 30_000);
    await openFile("index.py");
    report.index = await until("the other changed", async () => {
      const told = await shownText();
      return /STOP_SET/.test(told) && told;
    }, 30_000);
    await shot("across-applied");
    // The editor knows that it was one edit of two files; it may ask whether to take back both.
    await page.keyboard.press("Control+KeyZ");
    await page.waitForTimeout(1500);
    const both = page.locator(".monaco-dialog-box .monaco-button", { hasText: "Undo in" }).first();
    if (await both.isVisible()) await both.click();
    await page.waitForTimeout(1500);
    report.indexUndone = await shownText();
    await openFile("words.py");
    report.wordsUndone = await shownText();
  });
});
