// Reads JSON, and YAML that is written like JSON, as far as it goes: keys with their places, what is open at the end.

import { type TextKey, unquote } from "./text-keys.ts";

export interface OpenFlow {
  readonly type: "object" | "list";
  readonly path: readonly string[];
  /** In an object the key whose value comes, or null where a key may come; in a list the number of the entry. */
  key: string | null;
  entry: number;
}

interface Scan {
  readonly path: readonly string[];
  readonly keys: TextKey[];
  /** Called when the text ended, or `until` came, with what was open. */
  readonly onOpen?: (open: readonly OpenFlow[]) => void;
  /** Read no further than this. */
  readonly until?: number;
}

const token = /"(?:[^"\\\n]|\\.)*"?|'(?:[^'\n]|'')*'?|#[^\n]*|[{}[\],:]|[^\s{}[\],:"'#][^{}[\],:\n#]*|\s+/y;

/** @param at where a `{` or `[` stands, or a single value; @returns where reading ended */
export function scanFlow(
  text: string,
  at: number,
  { path, keys, onOpen, until = text.length }: Scan,
): number {
  const open: OpenFlow[] = [];
  let place = at;
  while (place < until) {
    token.lastIndex = place;
    const word = token.exec(text)?.[0] ?? text[place] ?? "";
    if (place + word.length >= until && isUnfinished(word)) break;
    step(word, { text, place, path, open, keys });
    place += word.length;
    if (open.length === 0 && /[}\]"']$/.test(word)) return place;
  }
  onOpen?.(open);
  return place;
}

/** A word that may still grow: somebody is typing it. */
function isUnfinished(word: string): boolean {
  const quote = word[0];
  if (quote === '"' || quote === "'") return word.length < 2 || !word.endsWith(quote);
  return /^[\w$-]/.test(word);
}

interface At {
  readonly text: string;
  readonly place: number;
  readonly path: readonly string[];
  readonly open: OpenFlow[];
  readonly keys: TextKey[];
}

function step(word: string, { text, place, path, open, keys }: At): void {
  const last = open.at(-1);
  if (word === "{" || word === "[") {
    const entry = last === undefined ? path : pathIn(last);
    if (word === "{" && last?.type === "list") keys.push(whole(entry, place, place + 1));
    open.push({ type: word === "{" ? "object" : "list", path: entry, key: null, entry: 0 });
  } else if (word === "}" || word === "]") open.pop();
  else if (last === undefined || /^[\s#:]/.test(word)) return;
  else if (word === ",") {
    last.key = null;
    last.entry++;
  } else if (last.type === "object" && last.key === null) {
    last.key = unquote(word.trim());
    const colon = /^\s*:\s*/.exec(text.slice(place + word.length))?.[0];
    const value = place + word.length + (colon?.length ?? 0);
    const end =
      value + (/^(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s,}\]]*)/.exec(text.slice(value))?.[0].length ?? 0);
    if (colon !== undefined)
      keys.push({ path: pathIn(last), from: place, to: place + word.trimEnd().length, value, end });
  } else if (last.type === "list") keys.push(whole(pathIn(last), place, place + word.trimEnd().length));
}

function whole(path: readonly string[], from: number, end: number): TextKey {
  return { path, from, to: from, value: from, end };
}

/** Of what comes next in it. */
export function pathIn({ type, path, key, entry }: OpenFlow): readonly string[] {
  return type === "list" ? [...path, String(entry)] : key === null ? path : [...path, key];
}
