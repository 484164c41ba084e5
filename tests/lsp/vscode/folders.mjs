// Two folders with settings of their own, files that are not open, a notebook, and a rewrite that is cancelled.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { goTo, openFile, page, palette, report, session, shot, step, until, visible } from "./driver.mjs";

const problems = async () => (await page.locator(".markers-panel").innerText()).replace(/\s+/g, " ");

await session(async () => {
  await step("folders", async () => {
    await openFile("garden.py");
    await openFile("shop.py");
    await visible(".squiggly-info, .squiggly-warning, .squiggly-hint");
    await palette("Problems: Focus on Problems View");
    report.problems = await until("findings of one folder only", async () => {
      const told = await problems();
      return /shop\.py/.test(told) && told;
    });
    await shot("folders");
  });

  await step("files-that-are-not-open", async () => {
    report.closed = await until("findings of a file that is not open", async () => {
      const told = await problems();
      return /depot\.py/.test(told) && told;
    });
    await shot("workspace");
    writeFileSync(join(process.env.VELOX_TEST_FOLDER, "depot.py"), "KEYS = 1\n");
    report.mended = await until("news of the file on disk", async () => {
      const told = await problems();
      return /shop\.py/.test(told) && !/depot\.py/.test(told) && told;
    });
    await page.keyboard.press("Control+KeyJ");
  });

  await step("cancelled", async () => {
    await palette("Notifications: Clear All");
    await palette("View: Focus Active Editor Group");
    await goTo(9, 5);
    await palette("Velox: Verify and Rewrite Function at Cursor");
    const toast = page.locator(".notification-toast", { hasText: "Cancel" }).first();
    await toast.waitFor({ state: "visible" });
    report.progress = await toast.innerText();
    await shot("cancelling");
    await toast.locator(".monaco-button", { hasText: "Cancel" }).first().click();
    await toast.waitFor({ state: "hidden", timeout: 20_000 });
    report.afterCancelling = await until("rest", async () => {
      const told = await page.locator(".statusbar-item", { hasText: "Velox" }).first().innerText();
      return !/rewriting/.test(told) && told.trim();
    }, 20_000);
    await page.waitForTimeout(2000);
    report.offered = await page.locator(".monaco-diff-editor").count();
    await shot("cancelled");
  });

  await step("notebook", async () => {
    await openFile("sales.ipynb");
    await visible(".notebookOverlay .cell .view-line", 60_000);
    await visible(".notebookOverlay .squiggly-info, .notebookOverlay .squiggly-warning, .notebookOverlay .squiggly-hint");
    await palette("Problems: Focus on Problems View");
    report.notebook = await until("findings of a cell", async () => {
      const told = await problems();
      return /sales\.ipynb/.test(told) && told;
    });
    await shot("notebook");
  });
});
