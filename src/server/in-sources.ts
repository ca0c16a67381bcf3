// Stack traces of what is bundled name the sources. The maps are read when a trace is told, not at the start as by Node's
// `--enable-source-maps`, which takes a quarter of what a start takes.

import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { fileURLToPath } from "node:url";

/** A place in a trace, with lines and columns from 1. */
const place = /(file:\/\/\S+?\.js):(\d+):(\d+)/g;

const maps = new Map<string, SourceMap | null>();

/** The trace with the places of the sources, where a map stands beside the file: the sources themselves have none. */
export function inSources(stack: string): string {
  return stack.replace(place, (found, url: string, line: string, column: string) => {
    if (!maps.has(url)) maps.set(url, readMap(url));
    const origin = maps.get(url)?.findOrigin(Number(line), Number(column));
    if (origin === undefined || !("fileName" in origin)) return found;
    return `${new URL(origin.fileName, url)}:${origin.lineNumber}:${origin.columnNumber}`;
  });
}

function readMap(url: string): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(readFileSync(fileURLToPath(`${url}.map`), "utf8")));
  } catch {
    return null;
  }
}
