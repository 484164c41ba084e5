// A folder that nobody trusts: it is scanned, and nothing of it is run; the walkthrough opens.
import { goTo, openFile, page, palette, report, session, shot, step, until, visible } from "./driver.mjs";

const { VELOX_TEST_FILE } = process.env;

await session(async () => {
  await step("not-trusted", async () => {
    // The question may come at once or not at all; either way the answer is no.
    const no = page.locator(".monaco-dialog-box .monaco-button", { hasText: "don't trust" }).first();
    if (await no.isVisible().catch(() => false)) await no.click();
    await openFile(VELOX_TEST_FILE);
    await visible(".squiggly-info, .squiggly-warning, .squiggly-hint");
    report.restricted = await page.locator(".statusbar").innerText();
    report.status = await until("status bar", async () => {
      const told = await page.locator(".statusbar-item", { hasText: "Velox" }).first().innerText();
      return /slow/.test(told) && told.trim();
    });
    await shot("restricted");
  });

  await step("refused", async () => {
    await palette("View: Focus Active Editor Group");
    await page.keyboard.press("F1");
    await visible(".quick-input-widget input", 20_000);
    await page.keyboard.type("Velox: Verify and Rewrite");
    await page.waitForTimeout(800);
    report.commands = await page.locator(".quick-input-widget").innerText();
    await page.keyboard.press("Escape");
    await goTo(8, 14);
    await page.keyboard.press("Control+Period");
    await visible(".action-widget", 20_000);
    report.menu = await page.locator(".action-widget").first().innerText();
    await page.locator(".action-widget .monaco-list-row", { hasText: "Verify and rewrite" }).first().click();
    report.refusal = await until("a refusal", async () => {
      const told = await page.locator(".notifications-toasts").innerText().catch(() => "");
      return /trust/i.test(told) && told;
    }, 30_000);
    await shot("restricted-refusal");
    await palette("Notifications: Clear All");
  });

  await step("walkthrough", async () => {
    await palette("Welcome: Open Walkthrough");
    await page.waitForTimeout(800);
    await page.keyboard.type("Faster Python");
    await page.waitForTimeout(800);
    await page.keyboard.press("Enter");
    await visible(".gettingStartedContainer .getting-started-category, .gettingStartedContainer .step-title");
    await page.waitForTimeout(1500);
    report.walkthrough = await page.locator(".gettingStartedContainer").first().innerText();
    await shot("walkthrough");
  });
});
