// A guide as what its reader does, in order: files that are saved, commands that are typed, what is printed then.
//
// - a block whose info names a file (`yaml order.yaml`, `js shop.mjs`) is saved under that name.
// - `sh` is typed into the reader's terminal; `text` after it is what it prints.
// - `sh stays` is typed into a terminal of its own, and goes on; `text` after it is what it prints before the reader goes on.
// - `sh watched` holds nothing to type: the `text` after it is what the terminal that was opened last comes to show.
// - `sh soon` is typed again until it prints the `text` after it: what it shows comes a moment later.
// - `sh clone` is typed in a fresh clone only; `sh each` there in every terminal that is opened.
// - `<!-- held by FILE -->` stands before a block that a test of its own executes (`held-blocks.ts`).
// Texts have `…` for what is another each time.

import { notHeld } from "./held-blocks.ts";
import type { Part } from "./read-page.ts";

export type Deed =
  | { readonly type: "save"; readonly line: number; readonly file: string; readonly text: string }
  | {
      readonly type: "enter";
      readonly line: number;
      readonly script: string;
      readonly where: (typeof places)[number];
      /** Null: nothing is said of it, but that it ends well. */
      readonly prints: string | null;
    };

const places = ["here", "soon", "stays", "watched", "clone", "each"] as const;

/** Throws for a block that nobody would execute. */
export function guideOf(page: string, parts: readonly Part[]): readonly Deed[] {
  const deeds: Deed[] = [];
  for (const part of notHeld(parts)) {
    if (part.type !== "block") continue;
    const { line, info, text } = part;
    const [language = "", word] = info.split(" ");
    const last = deeds.at(-1);
    if (language === "sh") {
      const where = places.find((place) => place === (word ?? "here"));
      if (where === undefined) throw wrong(page, part);
      deeds.push({ type: "enter", line, script: text, where, prints: null });
    } else if (info === "text") {
      if (last?.type !== "enter" || last.prints !== null) throw wrong(page, part);
      deeds[deeds.length - 1] = { ...last, prints: text };
    } else if (word?.includes(".")) deeds.push({ type: "save", line, file: word, text });
    else throw wrong(page, part);
  }
  return deeds;
}

function wrong(page: string, { line, info }: { readonly line: number; readonly info: string }): Error {
  return new Error(`${page}:${line}: a block of \`${info}\` is not executed here`);
}
