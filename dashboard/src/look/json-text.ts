// JSON as text, integers beyond 2^53 included: they come as big integers, which JSON.stringify does not know.

type RawJson = (text: string) => unknown;
const rawJson = (JSON as unknown as { readonly rawJSON?: RawJson }).rawJSON;

/** @param indent spaces a level; 0 for one line */
export function jsonText(value: unknown, indent = 2): string {
  const exact = (_: string, member: unknown) =>
    typeof member === "bigint" ? (rawJson?.(String(member)) ?? String(member)) : member;
  return JSON.stringify(value, exact, indent) ?? "null";
}
