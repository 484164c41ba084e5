// A whole session in Visual Studio Code: squiggle, Problems, hover, light bulb, progress, diff, report, accept, undo,
// reject, findings tree.
import { LONG, audit, goTo, openFile, page, palette, report, session, shot, shownText, step, until, visible } from "./driver.mjs";

const { VELOX_TEST_FILE } = process.env;

await session(async () => {
  await step("squiggle", async () => {
    await openFile(VELOX_TEST_FILE);
    await visible(".squiggly-info, .squiggly-warning, .squiggly-hint");
    await until("status bar", async () => /Velox: (\d+ slow|verifying)/.test(await page.locator(".statusbar").innerText()));
    report.status = (await page.locator(".statusbar-item", { hasText: "Velox" }).first().innerText()).trim();
    await shot("squiggle");
  });

  await step("problems", async () => {
    await palette("Problems: Focus on Problems View");
    await visible(".markers-panel .monaco-list-row");
    report.problems = (await page.locator(".markers-panel").innerText()).replace(/\s+/g, " ");
    await shot("problems");
    await page.keyboard.press("Control+KeyJ");
  });

  await step("hover", async () => {
    await palette("View: Focus Active Editor Group");
    await goTo(9, 14);
    await palette("Show or Focus Hover");
    await visible(".monaco-hover .hover-contents");
    await until("hover report", async () => /O\(n/.test(await page.locator(".monaco-hover:visible").first().innerText()), 30_000);
    report.hover = await page.locator(".monaco-hover:visible").first().innerText();
    await shot("hover");
    await page.keyboard.press("Escape");
  });

  await step("lightbulb", async () => {
    // The pause has verified the finding: the menu carries the figure.
    await until("a verified light bulb", async () => {
      await palette("View: Focus Active Editor Group");
      await goTo(9, 14);
      await page.keyboard.press("Control+Period");
      await page.waitForTimeout(1500);
      const menu = page.locator(".action-widget");
      report.menu = (await menu.count()) ? await menu.first().innerText() : "";
      if (/faster, same on/.test(report.menu)) {
        await shot("lightbulb");
        return true;
      }
      await page.keyboard.press("Escape");
      await page.waitForTimeout(2500);
      return false;
    });
    await page.keyboard.press("Escape");
  });

  await step("lens", async () => {
    const lenses = page.locator(".codelens-decoration");
    report.lens = await until("a lens", async () =>
      (await lenses.allInnerTexts()).find((told) => /faster, same on/.test(told)),
    );
    await shot("lens");
  });

  await step("progress", async () => {
    await palette("Notifications: Clear All");
    await palette("View: Focus Active Editor Group");
    await goTo(14, 5);
    await palette("Velox: Verify and Rewrite Function at Cursor");
    const toast = page.locator(".notification-toast", { hasText: "Cancel" }).first();
    await toast.waitFor({ state: "visible", timeout: LONG });
    report.progress = await until("how far it is", async () => {
      const told = await toast.innerText().catch(() => "");
      return /unique_names: \S/.test(told.replace(/\s+/g, " ")) && told;
    });
    await shot("progress");
  });

  await step("diff", async () => {
    await visible(".monaco-diff-editor", LONG);
    await until("the question", async () => /faster \(95 % CI/.test(await page.locator(".notifications-toasts").innerText()));
    await page.waitForTimeout(1500);
    report.question = await page.locator(".notifications-toasts").innerText();
    report.diffActions = await page
      .locator(".editor-actions .action-label")
      .evaluateAll((found) => found.map((one) => one.getAttribute("aria-label") ?? ""));
    await shot("diff");
  });

  await step("report", async () => {
    await palette("Velox: Show Report");
    const frame = await until("the report", async () => {
      for (const candidate of page.frames()) {
        if (await candidate.locator("h2", { hasText: "Measured" }).count().catch(() => 0)) return candidate;
      }
      return undefined;
    });
    report.report = await frame.locator("main").innerText();
    report.reportPolicy = await frame
      .locator('meta[http-equiv="Content-Security-Policy"]')
      .first()
      .getAttribute("content");
    report.charts = await frame.locator("svg[aria-label]").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
    await palette("Notifications: Clear All");
    await palette("View: Toggle Maximize Editor Group");
    await page.waitForTimeout(800);
    await shot("report-dark");
    report.audit = await audit(frame);
    await frame.locator("h2", { hasText: "Measured" }).scrollIntoViewIfNeeded();
    await frame.evaluate(() => document.querySelector("h2:nth-of-type(2)").scrollIntoView());
    await page.waitForTimeout(300);
    await shot("report-charts-dark");
    await palette("Preferences: Toggle between Light/Dark Themes");
    await page.waitForTimeout(1500);
    await shot("report-charts-light");
    await frame.evaluate(() => window.scrollTo(0, 0));
    await page.waitForTimeout(300);
    await shot("report-light");
    report.audit.push(...(await audit(frame)));
    await palette("Preferences: Toggle between Light/Dark Themes");
    await palette("View: Toggle Maximize Editor Group");
    // Accept by the button in the report, as a person does.
    await frame.locator("button", { hasText: "Accept" }).click();
    await until("the answer", async () => /accepted/.test(await frame.locator("#answer").innerText()), 30_000);
  });

  await step("accepted", async () => {
    await openFile(VELOX_TEST_FILE);
    await palette("View: Close Other Editor Groups");
    await goTo(1, 1);
    await page.waitForTimeout(800);
    report.accepted = await shownText();
    await shot("accepted");
    await palette("View: Focus Active Editor Group");
    await page.keyboard.press("Control+KeyZ");
    await page.waitForTimeout(1500);
    report.undone = await shownText();
    await page.keyboard.press("Control+KeyS");
    await page.waitForTimeout(1500);
  });

  const inDiff = async (line, answer) => {
    await palette("Notifications: Clear All");
    await palette("View: Focus Active Editor Group");
    await goTo(line, 5);
    await palette("Velox: Verify and Rewrite Function at Cursor");
    await visible(".monaco-diff-editor");
    await until("another question", async () => /Reject/.test(await page.locator(".notifications-toasts").innerText()));
    await page.locator(`.editor-actions .action-label[aria-label^="${answer} Rewrite"]`).first().click();
    await page.locator(".monaco-diff-editor").first().waitFor({ state: "hidden", timeout: 30_000 });
    await page.waitForTimeout(1000);
    return shownText();
  };

  await step("answered-in-the-diff", async () => {
    report.afterReject = await inDiff(27, "Reject");
    report.afterAccept = await inDiff(6, "Accept");
    await palette("View: Focus Active Editor Group");
    await page.keyboard.press("Control+KeyZ");
    await page.waitForTimeout(1500);
    report.undoneAgain = await shownText();
  });

  await step("tree", async () => {
    await page.locator('.activitybar .action-label[aria-label^="Velox"]').click();
    await page.waitForTimeout(800);
    await palette("Velox: Scan Workspace");
    await visible('.pane-body .monaco-list-row:has-text("Hotspots")');
    await page.mouse.move(800, 700);
    await page.waitForTimeout(800);
    report.tree = await page.locator(".sidebar .monaco-list").first().innerText();
    await shot("findings");
  });
});
