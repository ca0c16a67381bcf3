// One `dev` engine with one browser for the tests of a file.

import { after, before } from "node:test";
import type { Browser } from "playwright-core";
import type { EngineUnderTest } from "../process/start-engine.ts";
import type { Look, WatchedPage } from "./chromium.ts";
import { type RunningDev, runDev } from "./running-dev.ts";
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
  fill?: (engine: EngineUnderTest) => Promise<void>,
): DevEngine {
  let running: RunningDev | undefined;
  before(async () => {
    running = await runDev(env, fill);
  });
  after(() => running?.close());
  const started = (): RunningDev => {
    if (running === undefined) throw new Error("the engine is started before the first test");
    return running;
  };
  return {
    get home() {
      return started().home;
    },
    engine: () => started().engine,
    browser: () => started().browser,
    open: (path, look) => {
      const { browser, engine, home } = started();
      return signedIn(browser, { url: engine.url, home, path }, look);
    },
  };
}

const light = { name: "light", look: { theme: "light" } } as const;

/**
 * Each page is looked at in these: at 1440 points and on a phone, in one theme each. For pictures in both themes at 1440
 * points, and on a phone.
 */
export const looks: readonly { readonly name: string; readonly look: Look }[] =
  process.env["DISPATCHED_PICTURES"] === undefined
    ? [light, { name: "phone", look: { phone: true, theme: "dark" } }]
    : [light, { name: "dark", look: { theme: "dark" } }, { name: "phone", look: { phone: true } }];
