// The browser of the dashboard's tests: Debian's Chromium, watched for whatever no page may do.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const noChromium = "there is no Chromium; `apt-get install chromium` brings one";

/** Where it is, or null. `DISPATCHED_CHROMIUM` names another. */
export function findChromium(): string | null {
  const wanted = process.env["DISPATCHED_CHROMIUM"];
  return [...(wanted === undefined ? [] : [wanted]), ...places].find((path) => existsSync(path)) ?? null;
}

export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error(noChromium);
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export interface Look {
  readonly theme?: "light" | "dark";
  /** 390 by 844 points, touched. */
  readonly phone?: boolean;
}

export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Fails when a page logged an error, broke its policy, or asked another origin for anything. */
  assertClean(): void;
}

const expectedStatus =
  /Failed to load resource: the server responded with a status of (401|404|409|412|422|429)/;

/** A page in a context of its own: no storage is shared with others. `url`: the only origin that it may ask. */
export async function openPage(browser: Browser, url: string, look: Look = {}): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: look.phone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
    hasTouch: look.phone ?? false,
    colorScheme: look.theme ?? "light",
    reducedMotion: "reduce",
    timezoneId: "Europe/Berlin",
    baseURL: url,
  });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults: string[] = [];
  // What a page asks for and is refused is shown by the page; a test says which refusals it expects by what it does.
  page.on("console", (message) => {
    if (message.type() !== "error" || expectedStatus.test(message.text())) return;
    faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  context.on("request", (request) => {
    const asked = request.url();
    if (!asked.startsWith(`${url}/`) && !asked.startsWith("blob:")) faults.push(`asked elsewhere: ${asked}`);
  });
  return {
    page,
    context,
    assertClean: () => assert.deepEqual(faults, []),
  };
}

/** Nothing that keeps people from using the page (WCAG 2.2 AA, by axe). */
export async function assertAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  assert.deepEqual(
    serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`),
    [],
  );
}
