// Requests of a page that wait until a test lets them go: what the page shows meanwhile.

import type { Page, Route } from "playwright-core";

export interface Held {
  /** How many were made so far. */
  count(): number;
  /** Those that wait go on, and what comes later is not held. */
  release(): Promise<void>;
}

/** @param path of the requests with a body, as a glob of Playwright */
export async function held(page: Page, path: string): Promise<Held> {
  const waiting: Route[] = [];
  let count = 0;
  let released = false;
  await page.route(path, async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    count++;
    if (released) await route.continue();
    else waiting.push(route);
  });
  return {
    count: () => count,
    release: async () => {
      released = true;
      for (const route of waiting.splice(0)) await route.continue();
    },
  };
}
