// Lua that names a secret: it is recorded as it stands, and evaluated at each attempt. In a recorded request it is a
// secret whose name is `lua:` and the text.

const prefix = "lua:";
const member =
  /\bsecrets\s*(?:\.\s*(?<plain>[A-Za-z_][A-Za-z0-9_]*)|\[\s*(?:"(?<double>\w+)"|'(?<single>\w+)')\s*\])/g;

export interface NamedSecret {
  readonly name: string;
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
}

export function namesSecret(source: string): boolean {
  return /\bsecrets\b/.test(source);
}

/** The secrets that are named as they stand: `secrets.KEY`, `secrets["KEY"]`. */
export function secretsNamedIn(source: string): readonly NamedSecret[] {
  return [...source.matchAll(member)].map(({ 0: text, index, groups }) => ({
    name: groups?.["plain"] ?? groups?.["double"] ?? (groups?.["single"] as string),
    start: index,
    end: index + text.length,
  }));
}

export function lateName(source: string): string {
  return prefix + source;
}

/** The Lua text of such a name; null for the name of a secret. */
export function lateSource(name: string): string | null {
  return name.startsWith(prefix) ? name.slice(prefix.length) : null;
}
