// Pictures of pages for the documentation, taken by the tests that show the pages to be right: `npm run pictures`.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";

const folder = join(import.meta.dirname, "../../docs/pictures");

/** Writes `docs/pictures/NAME.png` when pictures are asked for; else does nothing. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env["DISPATCHED_PICTURES"] !== "1") return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
}
