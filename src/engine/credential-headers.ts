// Headers whose values are never shown, whoever sent them.

const names: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "x-api-key",
  "cookie",
  "set-cookie",
]);

export function isCredential(name: string): boolean {
  return names.has(name.toLowerCase());
}
