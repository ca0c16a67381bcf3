// What somebody has written and not saved: kept in this tab alone, until it is saved, discarded, or its tenant signs out.

import { useSyncExternalStore } from "react";
import type { DocumentFormat } from "./text-keys.ts";

export interface Draft {
  readonly text: string;
  readonly format: DocumentFormat;
  /** What it was begun on: the version and its tag; null where there was none. */
  readonly base: { readonly version: number; readonly etag: string } | null;
}

const prefix = "dispatched.draft ";
/** Beside the tab's storage, which may be full. */
const inMemory = new Map<string, Draft>();
const listeners = new Set<() => void>();

function keyOf(tenant: string, name: string): string {
  return `${prefix}${tenant} ${name}`;
}

function tell(): void {
  for (const listener of listeners) listener();
}

/** @param name of the workflow, or `~new` */
export function readDraft(tenant: string, name: string): Draft | null {
  const key = keyOf(tenant, name);
  const held = inMemory.get(key);
  if (held !== undefined) return held;
  try {
    const draft = JSON.parse(sessionStorage.getItem(key) ?? "null") as Draft | null;
    if (draft !== null) inMemory.set(key, draft);
    return draft;
  } catch {
    return null;
  }
}

export function keepDraft(tenant: string, name: string, draft: Draft): void {
  const key = keyOf(tenant, name);
  const isNew = !inMemory.has(key);
  inMemory.set(key, draft);
  try {
    sessionStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // The storage is full: the draft lives as long as the page.
  }
  if (isNew) tell();
}

export function dropDraft(tenant: string, name: string): void {
  inMemory.delete(keyOf(tenant, name));
  sessionStorage.removeItem(keyOf(tenant, name));
  tell();
}

/** Names of the workflows of which there are drafts. */
function draftedNames(tenant: string): readonly string[] {
  const begin = keyOf(tenant, "");
  const keys = new Set([...inMemory.keys(), ...Object.keys(sessionStorage)]);
  return [...keys].filter((key) => key.startsWith(begin)).map((key) => key.slice(begin.length));
}

/** All of a tenant, who signs out. */
export function dropDrafts(tenant: string): void {
  for (const name of draftedNames(tenant)) dropDraft(tenant, name);
}

export function useDraftedNames(tenant: string): ReadonlySet<string> {
  const names = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => draftedNames(tenant).join(" "),
  );
  return new Set(names.split(" "));
}
