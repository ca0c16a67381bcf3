// While the server is stopped: a page that was not loaded yet says so, and is there when the server is.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { type Running, startCommand } from "../process/run-command.ts";
import { launchChromium } from "./chromium.ts";
import { signedIn } from "./signed-in.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-away-"));
let engine: Running;
let browser: Browser;
let url: string;

async function start(port: string): Promise<void> {
  engine = startCommand(home, ["dev", "--port", port]);
  url = /^ready (\S+)/m.exec(await engine.says(/^ready \S+\n/m))?.[1] ?? "";
}

async function stop(): Promise<void> {
  engine.child.kill("SIGTERM");
  await engine.done;
}

before(async () => {
  await start("0");
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  await stop();
  rmSync(home, { recursive: true, force: true });
});

/** What is done in the page has no answer: it says so, and shows what is wanted once the server is there. */
async function isToldAndComes(page: Page, wanted: ReturnType<Page["getByRole"]>): Promise<void> {
  const notice = page
    .getByRole("main")
    .getByRole("alert")
    .filter({ hasText: `nothing answers at ${url}` });
  await notice.first().waitFor();
  await notice.first().getByRole("button", { name: "Try again" }).click();
  await notice.first().waitFor();
  assert.equal(await page.getByRole("navigation", { name: "Pages" }).count(), 1, "the frame stays");
  await start(new URL(url).port);
  await notice.first().getByRole("button", { name: "Try again" }).click();
  await wanted.waitFor();
}

test("a page that is gone to", async () => {
  const { page, context } = await signedIn(browser, { url, home });
  await stop();
  await page.getByRole("link", { name: "Secrets" }).click();
  await isToldAndComes(page, page.getByRole("heading", { name: "Secrets", exact: true }));
  await context.close();
});

test("a part of a page", async () => {
  const put = startCommand(home, ["workflow", "put", "-"]);
  put.child.stdin.end("name: here\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {value: 1}}\n");
  assert.equal((await put.done).code, 0);
  const { page, context } = await signedIn(browser, { url, home, path: "/workflows/here" });
  await page.getByRole("textbox").first().waitFor();
  await stop();
  await page.getByRole("link", { name: "Versions" }).click();
  await isToldAndComes(page, page.getByRole("link", { name: "Versions" }));
  await context.close();
});
