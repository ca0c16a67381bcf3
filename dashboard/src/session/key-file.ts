// Key files: what signs a tenant in. The CLI's credentials file, one entry of it, or the file that this page made.

import type { Device } from "dispatched/client";

export interface KeyEntry {
  readonly tenant: string;
  readonly api_key: string;
  readonly private_key: string;
  readonly server_keys: readonly string[];
  /** Of the private key; where it is not known, the server is asked. */
  readonly generation?: number | undefined;
}

function asEntry(value: unknown): KeyEntry | null {
  if (typeof value !== "object" || value === null) return null;
  const { tenant, api_key, private_key, server_keys, generation } = value as Record<string, unknown>;
  if (typeof tenant !== "string" || typeof api_key !== "string" || typeof private_key !== "string")
    return null;
  return {
    tenant,
    api_key,
    private_key,
    server_keys: Array.isArray(server_keys) ? server_keys.filter((key) => typeof key === "string") : [],
    generation: typeof generation === "number" ? generation : undefined,
  };
}

/** The tenants of a key file; none where the text is no such file. */
export function readKeyFile(text: string): readonly KeyEntry[] {
  try {
    const value = JSON.parse(text) as unknown;
    const list =
      typeof value === "object" && value !== null && "tenants" in value && Array.isArray(value.tenants)
        ? value.tenants
        : [value];
    return list.map(asEntry).filter((entry) => entry !== null);
  } catch {
    return [];
  }
}

export function deviceOf(entry: KeyEntry, origin: string | undefined): Device {
  return {
    url: location.origin,
    ...(origin === undefined ? {} : { origin }),
    tenant: entry.tenant,
    apiKey: entry.api_key,
    privateKey: entry.private_key,
    serverKeys: entry.server_keys,
    generation: entry.generation,
  };
}

/** Hands the file to the reader's downloads; nothing of it is kept here. */
export function downloadKeyFile(entry: KeyEntry): void {
  const text = JSON.stringify({ ...entry, url: location.origin }, null, 2);
  downloadText(`${entry.tenant}.dispatched-key.json`, text, "application/json");
}

export function downloadText(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
