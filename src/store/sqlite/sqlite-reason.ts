// The code of SQLite's error, never its text.

export function sqliteReason(error: unknown): string {
  const code = (error as { readonly code?: unknown }).code;
  return typeof code === "string" ? code : "unexpected";
}
