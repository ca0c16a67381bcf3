// The dashboard as it was built: its page and the files that this loads, each as it is and compressed.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { packageFolder } from "../package-folder.ts";

export interface DashboardFile {
  readonly type: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly br: Uint8Array<ArrayBuffer> | null;
  readonly gzip: Uint8Array<ArrayBuffer> | null;
}

const folder = join(packageFolder, "dashboard/dist");

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

const compressed = [".br", ".gz"];

let files: ReadonlyMap<string, DashboardFile> | null = null;

/** `index.html`, or the name of a file in `assets`. Null when there is none, or the dashboard was not built. */
export function dashboardFile(name: string): DashboardFile | null {
  files ??= readAll();
  return files.get(name) ?? null;
}

function readAll(): ReadonlyMap<string, DashboardFile> {
  if (!existsSync(join(folder, "index.html"))) return new Map();
  const assets = readdirSync(join(folder, "assets")).filter((name) => !compressed.includes(extname(name)));
  const read = (name: string, path: string): [string, DashboardFile] => [
    name,
    {
      type: types[extname(name)] ?? "application/octet-stream",
      plain: new Uint8Array(readFileSync(path)),
      br: readIfThere(`${path}.br`),
      gzip: readIfThere(`${path}.gz`),
    },
  ];
  return new Map([
    read("index.html", join(folder, "index.html")),
    ...assets.map((name) => read(name, join(folder, "assets", name))),
  ]);
}

function readIfThere(path: string): Uint8Array<ArrayBuffer> | null {
  return existsSync(path) ? new Uint8Array(readFileSync(path)) : null;
}
