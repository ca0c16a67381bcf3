// The frame of every page: keys, palette, themes, zone, and how the page is served.

import assert from "node:assert/strict";
import { test } from "node:test";
import { devEngine } from "./dev-engine.ts";

const dev = devEngine();

test("the keyboard goes everywhere: g and a letter, the palette, and ? for the keys", async () => {
  const { page, context, assertClean } = await dev.open("/runs");
  await page.keyboard.press("g");
  await page.keyboard.press("w");
  await page.waitForURL("**/waits");
  await page.keyboard.press("Shift+?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "detached" });
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("secr");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/secrets");
  assertClean();
  await context.close();
});

test("theme and zone stay chosen", async () => {
  const { page, context, assertClean } = await dev.open("/runs");
  await page.getByRole("button", { name: "Dark colours" }).click();
  await page.getByRole("button", { name: /Europe\/Berlin/ }).click();
  await page.getByRole("button", { name: /UTC/ }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Light colours" }).waitFor();
  await page.getByRole("button", { name: /UTC/ }).waitFor();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  assertClean();
  await context.close();
});

test("the page is small, compressed, kept for long, and under a strict policy", async () => {
  const answer = await fetch(`${dev.engine().url}/runs`);
  const html = await answer.text();
  const policy = answer.headers.get("content-security-policy") ?? "";
  assert.match(policy, /default-src 'none'.*require-trusted-types-for 'script'/);
  assert.ok(!policy.includes("unsafe"));
  assert.equal(answer.headers.get("cache-control"), "no-cache");
  let bytes = 0;
  for (const [, path] of html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)) {
    const script = await fetch(`${dev.engine().url}${path}`, { headers: { "accept-encoding": "br" } });
    assert.match(script.headers.get("cache-control") ?? "", /immutable/);
    const length = (await script.arrayBuffer()).byteLength;
    if (length > 2_000) assert.equal(script.headers.get("content-encoding"), "br");
    bytes += Number(script.headers.get("content-length") ?? length);
  }
  assert.ok(bytes > 10_000 && bytes <= 200_000, `${bytes} bytes of script`);
  const other = await fetch(`${dev.engine().url}/assets/../package.json`);
  assert.equal(other.status, 404);
});
