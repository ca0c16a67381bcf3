// A page that is signed in as the tenant of a `dev` engine, by the key file of its home.

import { join } from "node:path";
import type { Browser } from "playwright-core";
import { type Look, openPage, type WatchedPage } from "./chromium.ts";

/** @param path the page that is opened; the same is shown after signing in */
export async function signedIn(
  browser: Browser,
  { url, home, path = "/runs" }: { readonly url: string; readonly home: string; readonly path?: string },
  look: Look = {},
): Promise<WatchedPage> {
  const watched = await openPage(browser, url, look);
  await watched.page.goto(path);
  await watched.page.getByLabel("Choose a key file").setInputFiles(join(home, "credentials.json"));
  await watched.page.getByRole("navigation", { name: "Pages" }).waitFor();
  return watched;
}
