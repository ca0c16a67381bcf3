// The pages of the documentation that this version came with.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../server/package-folder.ts";
import { pageOfCode } from "../value/page-of-code.ts";

const docs = join(packageFolder, "docs");
/** Where the pages of each kind are, in the order in which a name is looked for. */
const folders = {
  errors: ["errors"],
  reference: ["reference", "reference/language"],
  guides: ["guides", "."],
  decisions: ["adr"],
} as const;
type PageKind = keyof typeof folders;
const kinds = Object.keys(folders) as readonly PageKind[];

export interface Page {
  readonly name: string;
  readonly path: string;
}

/** By its name, by its kind and name (`guides/secrets`), by its path below `docs`, or by the code of an error. */
export function findPage(name: string): Page | null {
  const wanted = name.replace(/\.md$/, "");
  if (!/^[\w-]+(\/[\w-]+)*$/.test(wanted)) return null;
  const [kind = "", ...rest] = wanted.split("/");
  const places = rest.length === 0 ? kinds.flatMap((one) => placesOf(one, wanted)) : [`${wanted}.md`];
  if (rest.length > 0 && Object.hasOwn(folders, kind))
    places.push(...placesOf(kind as PageKind, rest.join("/")));
  const place = places.find((file) => existsSync(join(docs, file)));
  return place === undefined ? null : { name: wanted, path: join(docs, place) };
}

function placesOf(kind: PageKind, name: string): string[] {
  return folders[kind].map((folder) => `${folder}/${kind === "errors" ? pageOfCode(name) : name}.md`);
}

export function readPage({ path }: Page): string {
  return readFileSync(path, "utf8");
}

/** By which each page is found: its name, or its kind and name where another page has that name. */
export function pageNames(): Readonly<Record<PageKind, readonly string[]>> {
  const taken = new Set<string>();
  const names = kinds.map((kind) => {
    const own = folders[kind].flatMap(namesIn).map((name) => (taken.has(name) ? `${kind}/${name}` : name));
    for (const name of own) taken.add(name);
    return [kind, own];
  });
  return Object.fromEntries(names) as Record<PageKind, readonly string[]>;
}

function namesIn(folder: string): readonly string[] {
  return readdirSync(join(docs, folder)).flatMap((file) => (file.endsWith(".md") ? [file.slice(0, -3)] : []));
}
