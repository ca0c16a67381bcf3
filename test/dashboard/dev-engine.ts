// One `dev` engine with one browser for the tests of a file.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import type { Browser } from "playwright-core";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { type Look, launchChromium, type WatchedPage } from "./chromium.ts";
import { signedIn } from "./signed-in.ts";

export interface DevEngine {
  readonly home: string;
  engine(): EngineUnderTest;
  browser(): Browser;
  /** A page that is signed in as the engine's tenant. */
  open(path: string, look?: Look): Promise<WatchedPage>;
}

/**
 * Started before the file's tests, ended after them. `env`: variables of the engine; `fill`: what is put into it before the
 * first test.
 */
export function devEngine(
  env: Readonly<Record<string, string>> = {},
  fill: (engine: EngineUnderTest) => Promise<void> = async () => undefined,
): DevEngine {
  const home = mkdtempSync(join(tmpdir(), "dispatched-dashboard-"));
  let engine: EngineUnderTest | undefined;
  let browser: Browser | undefined;
  before(async () => {
    engine = await startDev(home, env);
    await fill(engine);
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    engine?.child.kill("SIGTERM");
    await engine?.ended;
    rmSync(home, { recursive: true, force: true });
  });
  const started = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error("the engine is started before the first test");
    return thing;
  };
  return {
    home,
    engine: () => started(engine),
    browser: () => started(browser),
    open: (path, look) => signedIn(started(browser), { url: started(engine).url, home, path }, look),
  };
}

/** Both themes at 1440 points, and a phone: each page is looked at in these. */
export const looks: readonly { readonly name: string; readonly look: Look }[] = [
  { name: "light", look: { theme: "light" } },
  { name: "dark", look: { theme: "dark" } },
  { name: "phone", look: { phone: true } },
];
