// A `dev` engine over a home folder of its own, and a browser beside it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { launchChromium } from "./chromium.ts";

export interface RunningDev {
  readonly home: string;
  readonly engine: EngineUnderTest;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** `env`: variables of the engine; `fill`: what is put into it before the browser is there. */
export async function runDev(
  env: Readonly<Record<string, string>> = {},
  fill: (engine: EngineUnderTest) => Promise<void> = async () => undefined,
): Promise<RunningDev> {
  const home = mkdtempSync(join(tmpdir(), "dispatched-dashboard-"));
  const engine = await startDev(home, env);
  const end = async () => {
    engine.child.kill("SIGTERM");
    await engine.ended;
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await fill(engine);
    const browser = await launchChromium();
    const close = async () => {
      await browser.close();
      await end();
    };
    return { home, engine, browser, close };
  } catch (error) {
    await end();
    throw error;
  }
}
