// No secret stands on the disk: neither as it is nor in a form from which anyone reads it back.

import type { Broken, History } from "../history.ts";

const base64Text = /"([A-Za-z0-9+/]{40,}={0,2})"/g;

export function checkSecrecy(history: History): readonly Broken[] {
  const decoded = [...history.disk.matchAll(base64Text)].map(([, text]) =>
    Buffer.from(text ?? "", "base64").toString("latin1"),
  );
  const disk = `${history.disk}\n${decoded.join("\n")}`;
  const address = disk.includes("/callbacks/")
    ? [{ promise: "no address of a callback stands on the disk", run: null, what: "one does" }]
    : [];
  const values = history.secretWrites.flatMap(({ name, value }): readonly Broken[] => {
    if (value === null || !disk.includes(plainPart(value))) return [];
    return [{ promise: "no secret stands on the disk", run: null, what: `${name}: ${value}` }];
  });
  return [...address, ...values];
}

/** The part of a value that every escape leaves as it is. */
function plainPart(value: string): string {
  return value.split('"', 1)[0] ?? value;
}
