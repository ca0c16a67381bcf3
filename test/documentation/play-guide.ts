// Does what a guide says, as its reader would: saves its files, types its commands, and compares what is printed.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Deed } from "./guide-of.ts";
import { isLike, plain } from "./play-example.ts";
import { Terminal } from "./terminal.ts";

export interface Reader {
  readonly page: string;
  /** Where the reader stands. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Texts of the page that are others here: ports that are free on this machine. */
  readonly replace: Readonly<Record<string, string>>;
  /** Whether what is typed in a fresh clone only is typed. */
  readonly clone?: boolean;
}

/**
 * @param done is told each deed that was done
 * @param meanwhile done at the end, while all that stays is still there
 */
export async function playGuide(
  reader: Reader,
  deeds: readonly Deed[],
  done: (deed: Deed) => void = () => {},
  meanwhile: () => Promise<void> = async () => {},
): Promise<void> {
  const open = () => new Terminal(reader.folder, reader.env, reader.clone === true ? 600_000 : 60_000);
  const here = open();
  let first = "";
  const others: Terminal[] = [];
  let seen = "";
  try {
    for (const deed of deeds) {
      const at = `${reader.page}:${deed.line}`;
      if (deed.type === "save") {
        writeFileSync(join(reader.folder, deed.file), adapted(reader, deed.text));
        done(deed);
        continue;
      }
      if ((deed.where === "clone" || deed.where === "each") && reader.clone !== true) continue;
      if (deed.where === "each") first += deed.script;
      const script = pasted(adapted(reader, deed.script), seen);
      if (deed.where === "stays") {
        const other = open();
        others.push(other);
        other.enter(first);
        other.enter(script);
      }
      if (deed.where === "stays" || deed.where === "watched") {
        await others.at(-1)?.until((text) => fits(text, `…${(deed.prints ?? "").trim()}…`), at);
        done(deed);
        continue;
      }
      const prints = deed.prints === null ? null : adapted(reader, deed.prints);
      const { text, code } = await typed(here, script, at, deed.where === "soon" ? prints : null);
      seen += text;
      if (prints === null) assert.equal(code, 0, `${at}: ${text}`);
      else if (!fits(text, prints)) assert.equal(even(text), even(prints), at);
      done(deed);
    }
    await meanwhile();
  } finally {
    await Promise.all([here, ...others].map((terminal) => terminal.close()));
  }
}

/** Once, or again and again until it prints `prints`, for 10 seconds at most. */
async function typed(here: Terminal, script: string, at: string, prints: string | null) {
  for (const began = performance.now(); ; ) {
    const result = await here.run(script, at);
    if (prints === null || fits(result.text, prints) || performance.now() - began > 10_000) return result;
  }
}

function adapted({ replace }: Reader, text: string): string {
  // In one pass: what takes the place of one port may hold the digits of another.
  return text.replaceAll(new RegExp(Object.keys(replace).join("|"), "g"), (found) => replace[found] ?? found);
}

/** `run_01k8…7q2` in a command stands for the id that was printed last; `dst_hook_…` and a session's `6387…899` likewise. */
function pasted(script: string, seen: string): string {
  return script.replaceAll(shortened, (shown, kind: string | undefined) => {
    const full = kind === undefined ? "\\b[0-9a-f]{12}\\b" : `\\b${kind}[\\w-]+`;
    const last = seen.match(new RegExp(full, "g"))?.at(-1);
    assert.ok(last !== undefined, `${shown}: nothing like it was printed before`);
    return last;
  });
}

/** An id or a token, as pages show them. */
const shortened = /\b(?:([a-z]+_(?:[a-z]+_)?)[0-9A-Za-z]*|[0-9a-f]{4})…\w*/g;

function fits(text: string, expected: string): boolean {
  return isLike(even(text), even(expected));
}

/** Columns are as wide as what stands in them, which is another each time. */
function even(text: string): string {
  return plain(text)
    .replaceAll(shortened, (_, kind = "") => `${kind}…`)
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, "T")
    .replaceAll(/(?<=\S) {2,}/g, "  ");
}
