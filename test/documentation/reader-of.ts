// A reader of a page: a folder of its own to stand in, and a home folder that it shares with the readers of other pages.

import { mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { root } from "../tidy/source-files.ts";
import type { Reader } from "./play-guide.ts";

/**
 * @param where what these readers share
 * @param replace of `freePorts`
 */
export function readerOf(page: string, where: string, replace: Readonly<Record<string, string>>): Reader {
  const folder = join(where, page.replaceAll("/", "-").replace(".md", ""));
  mkdirSync(folder, { recursive: true });
  const env = {
    ...process.env,
    PATH: [join(root, "bin"), dirname(process.execPath), process.env["PATH"]].join(delimiter),
    DISPATCHED_HOME: join(where, "home"),
    DISPATCHED_PORT: replace["4000"],
    NO_COLOR: "1",
  };
  return { page, folder, env, replace };
}
