// The members of `--json` output: those that docs/reference/cli.md names for a command, or those of an answer of the HTTP API.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../tidy/source-files.ts";

interface Documented {
  readonly names: readonly string[];
  /** The members are one of several sets. */
  readonly varies: boolean;
}

/** Names before the first `;`, without those in parentheses. Null for a command that is not in the list. */
export function documentedOf(command: string): Documented | null {
  const page = readFileSync(join(root, "docs/reference/cli.md"), "utf8");
  const line = new RegExp(`^- [^:]*\`${command}\`[^:]*: ([^;\n]*)`, "m").exec(page)?.[1];
  if (line === undefined) return null;
  const told = line.replaceAll(/\([^)]*\)/g, "");
  const names = [...told.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
  return { names, varies: /\bor\b|\band what\b/.test(told) };
}

interface Shape {
  readonly required: readonly string[];
  readonly all: ReadonlySet<string>;
}

/** Every object that the description of the API has, wherever it stands. */
function shapesIn(value: unknown, found: Shape[] = []): readonly Shape[] {
  if (typeof value !== "object" || value === null) return found;
  const { properties, required = [] } = value as { properties?: object; required?: readonly string[] };
  if (typeof properties === "object") found.push({ required, all: new Set(Object.keys(properties)) });
  for (const below of Object.values(value)) shapesIn(below, found);
  return found;
}

const apiShapes = shapesIn(JSON.parse(readFileSync(join(root, "docs/reference/openapi.json"), "utf8")));

/** Null when an object with these members may come from `command`; else what is wrong. */
export function misfit(command: string, members: readonly string[]): string | null {
  const documented = documentedOf(command);
  const isApi = apiShapes.some(
    ({ required, all }) =>
      required.every((name) => members.includes(name)) && members.every((name) => all.has(name)),
  );
  if (documented === null)
    return isApi ? null : `neither in docs/reference/cli.md nor of the API: ${members.join(", ")}`;
  const { names, varies } = documented;
  if (varies && isApi) return null;
  const more = members.filter((name) => !names.includes(name));
  const left = varies ? [] : names.filter((name) => !members.includes(name));
  return more.length + left.length === 0
    ? null
    : `not documented: ${more.join(", ")}; missing: ${left.join(", ")}`;
}
