// The graph under fingers, on a phone: one finger moves it, two zoom it where they are, a touch opens a step, and the page stays where it is.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { CDPSession, Page } from "playwright-core";
import { devEngine } from "./dev-engine.ts";
import { picture } from "./picture.ts";

const lines = Array.from({ length: 24 }, (_, number) => {
  const after = number < 3 ? "" : `after: [s${number - 3}], `;
  return `  s${number}: {${after}value: ${number}}`;
});
const dev = devEngine({}, async ({ client }) => {
  await client.putWorkflow(
    "woven",
    `name: woven\nversion: 1\ntriggers: []\nsteps:\n${lines.join("\n")}\n`,
    "yaml",
  );
});

/** The step that is touched, once it is selected. */
const selected = ".graph-step[data-selected] [data-step=s4]";

interface Point {
  readonly x: number;
  readonly y: number;
}

interface View extends Point {
  readonly scale: number;
}

const add = (one: Point, other: Point): Point => ({ x: one.x + other.x, y: one.y + other.y });
const near = (one: number, other: number, within = 2) => Math.abs(one - other) <= within;

/** Fingers that come down together, go along straight ways, and are lifted. */
async function touch(cdp: CDPSession, ways: readonly (readonly [Point, Point])[], moves = 8): Promise<void> {
  const at = (part: number) =>
    ways.map(([from, to], id) => ({
      id,
      x: from.x + (to.x - from.x) * part,
      y: from.y + (to.y - from.y) * part,
    }));
  const send = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: readonly Point[]) =>
    cdp.send("Input.dispatchTouchEvent", { type, touchPoints: [...touchPoints] });
  await send("touchStart", at(0));
  for (let move = 1; move <= moves; move++) await send("touchMove", at(move / moves));
  await send("touchEnd", []);
}

async function viewOf(page: Page): Promise<View> {
  const style = (await page.locator(".graph-drawing").getAttribute("style")) ?? "";
  const [, x, y, scale] = /translate\((-?[\d.]+)px, (-?[\d.]+)px\) scale\(([\d.]+)\)/.exec(style) ?? [];
  return { x: Number(x), y: Number(y), scale: Number(scale) };
}

/** Where something of the drawing is seen, by the view. */
const seen = ({ x, y, scale }: View, at: Point): Point => ({ x: x + at.x * scale, y: y + at.y * scale });
const unseen = ({ x, y, scale }: View, at: Point): Point => ({
  x: (at.x - x) / scale,
  y: (at.y - y) / scale,
});

test("one finger moves the graph, two zoom it, and a touch selects a step", async () => {
  const { page, context, assertClean } = await dev.open("/workflows/woven", { phone: true });
  await page.locator("[data-step=s23]").waitFor({ state: "attached" });
  const pane = page.locator(".graph-pane");
  await pane.evaluate((element) => element.scrollIntoView({ block: "center" }));
  const box = await pane.boundingBox();
  assert.ok(box !== null && box.width <= 390);
  const corner = { x: box.x, y: box.y };
  const middle = { x: box.width / 2, y: box.height / 2 };
  const scrolled = () => page.evaluate<number>("document.scrollingElement.scrollTop");
  const top = await scrolled();
  const cdp = await context.newCDPSession(page);
  const before = await viewOf(page);

  const step = await page.locator("[data-step=s4]").boundingBox();
  assert.ok(step !== null);
  const onStep = { x: step.x + step.width / 2, y: step.y + step.height / 2 };
  await touch(cdp, [[onStep, add(onStep, { x: -60, y: -40 })]]);
  const moved = await viewOf(page);
  assert.ok(near(moved.x, before.x - 60) && near(moved.y, before.y - 40), JSON.stringify([before, moved]));
  assert.equal(moved.scale, before.scale);
  assert.equal(await page.locator(selected).count(), 0, "what was moved is not opened");

  const apart = (from: number, to: number): readonly (readonly [Point, Point])[] =>
    [-1, 1].map((side) => {
      const at = (distance: number) => add(corner, add(middle, { x: side * distance, y: side * distance }));
      return [at(from), at(to)] as const;
    });
  const held = unseen(moved, middle);
  await touch(cdp, apart(30, 60));
  const nearer = await viewOf(page);
  assert.ok(near(nearer.scale / moved.scale, 2, 0.02), `${moved.scale} to ${nearer.scale}`);
  const stays = seen(nearer, held);
  assert.ok(near(stays.x, middle.x) && near(stays.y, middle.y), "what is between the fingers stays there");
  await picture(page, "graph-touched-phone");
  await touch(cdp, apart(60, 20));
  const farther = await viewOf(page);
  assert.ok(near(farther.scale / nearer.scale, 1 / 3, 0.02), `${nearer.scale} to ${farther.scale}`);
  assert.equal(await scrolled(), top, "the page stays where it is");

  const target = await page.locator("[data-step=s4]").boundingBox();
  assert.ok(target !== null);
  await page.touchscreen.tap(target.x + target.width / 2, target.y + target.height / 2);
  await page.locator(selected).waitFor();
  assertClean();
  await context.close();
});
