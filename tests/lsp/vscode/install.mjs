// A machine without the server: the extension asks, installs the one it was packaged with, and starts it.
import { openFile, page, report, session, shot, step, until } from "./driver.mjs";

const { VELOX_TEST_FILE } = process.env;
const entry = async () => (await page.locator(".statusbar-item", { hasText: "Velox" }).first().innerText().catch(() => "")).trim();

await session(async () => {
  await step("asked", async () => {
    await openFile(VELOX_TEST_FILE);
    report.before = await until("no server", async () => /no server/.test(await entry()) && entry(), 60_000);
    const toast = page.locator(".notification-toast", { hasText: "needs its server" }).first();
    await toast.waitFor({ state: "visible", timeout: 30_000 });
    report.asked = await toast.innerText();
    await shot("install");
    await toast.locator(".monaco-button", { hasText: "Install" }).first().click();
  });

  await step("installed", async () => {
    report.after = await until("findings", async () => /\d slow|verifying|rewriting/.test(await entry()) && entry(), 400_000);
    if (!/slow/.test(report.after)) report.after = await until("rest", async () => /slow/.test(await entry()) && entry(), 60_000);
    await shot("installed");
  });
});
