// Our own colours, told from those that stand in the data: only ours become colours on a terminal.

import { randomUUID } from "node:crypto";
import colours from "picocolors";
import { shownText } from "../value/shown-text.ts";

const names = ["bold", "dim", "red", "green", "yellow", "cyan"] as const;
export type Paint = Readonly<Record<(typeof names)[number], (text: string) => string>>;

/** Stands in the place of our escape character until a line is written: no data can know it. */
const ours = `\u0000${randomUUID()}`;

/** @param enabled false where nothing may be coloured */
export function paintFor(enabled: boolean): Paint {
  const { createColors } = colours;
  const known = createColors(enabled);
  const painters = names.map((name) => {
    // What it puts before and behind a text, with our mark for its escape character.
    const [open = "", close = ""] = known[name]("|").replaceAll("\u001b", ours).split("|");
    return [
      name,
      (text: string) => `${open}${close === "" ? text : text.replaceAll(close, `${close}${open}`)}${close}`,
    ];
  });
  return Object.fromEntries(painters) as Paint;
}

/** What was painted, for a terminal: with our colours, and whatever else would steer it as its escape. */
export function paintedText(text: string): string {
  return text.split(ours).map(shownText).join("\u001b");
}
