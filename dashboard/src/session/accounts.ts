// Who is signed in in this tab: tenants side by side, one of them current. Tokens live as long as the tab; private keys only
// in memory, and never in any storage.

import type { Device } from "dispatched/client";
import { useSyncExternalStore } from "react";
import { dropDrafts } from "../editor/drafts.ts";

export interface Account {
  readonly tenant: string;
  /** Of the session; what is kept of it outlives a reload, and not the tab. */
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

interface Accounts {
  readonly accounts: readonly Account[];
  readonly current: string | null;
  /** The tenant whose session ended while something was asked: the page asks for its key over what it shows. */
  readonly renewing: string | null;
}

const key = "dispatched.sessions";
const listeners = new Set<() => void>();
const devices = new Map<string, Device>();
const waiting = new Map<string, ((token: string | null) => void)[]>();
let state: Accounts = read();

function read(): Accounts {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? "null") as Accounts | null;
    const accounts = (kept?.accounts ?? []).filter(({ expiresAt }) => expiresAt > Date.now());
    const current = accounts.find(({ tenant }) => tenant === kept?.current) ?? accounts[0];
    return { accounts, current: current?.tenant ?? null, renewing: null };
  } catch {
    return { accounts: [], current: null, renewing: null };
  }
}

function change(next: Partial<Accounts>): void {
  state = { ...state, ...next };
  const { accounts, current } = state;
  sessionStorage.setItem(key, JSON.stringify({ accounts, current }));
  for (const listener of listeners) listener();
}

export function useAccounts(): Accounts {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

export function listAccounts(): readonly Account[] {
  return state.accounts;
}

export function accountOf(tenant: string): Account | null {
  return state.accounts.find((account) => account.tenant === tenant) ?? null;
}

/** The keys of a tenant while this page has them: until it is loaded anew. */
export function deviceInMemory(tenant: string): Device | null {
  return devices.get(tenant) ?? null;
}

/** A new session, or another one of a tenant that is signed in. */
export function enter(account: Account, device: Device | null, makeCurrent = true): void {
  if (device !== null) devices.set(account.tenant, device);
  const others = state.accounts.filter(({ tenant }) => tenant !== account.tenant);
  change({
    accounts: [...others, account],
    ...(makeCurrent ? { current: account.tenant } : {}),
    renewing: state.renewing === account.tenant ? null : state.renewing,
  });
  settle(account.tenant, account.token);
}

/** Another session of a tenant that is signed in: who is shown stays so. False, and nothing is kept, when it has left meanwhile. */
export function renewed(account: Account, device: Device): boolean {
  if (accountOf(account.tenant) === null) return false;
  enter(account, device, false);
  return true;
}

export function switchTo(tenant: string): void {
  change({ current: tenant });
}

/** Forgets session, keys and drafts of a tenant; what waits for its renewal fails. */
export function leave(tenant: string): void {
  devices.delete(tenant);
  dropDrafts(tenant);
  const accounts = state.accounts.filter((account) => account.tenant !== tenant);
  change({
    accounts,
    current: state.current === tenant ? (accounts[0]?.tenant ?? null) : state.current,
    renewing: state.renewing === tenant ? null : state.renewing,
  });
  settle(tenant, null);
}

/** Resolves when the tenant has signed in again, or to null when it left instead. */
export function waitForRenewal(tenant: string): Promise<string | null> {
  if (accountOf(tenant) === null) return Promise.resolve(null);
  return new Promise((resolve) => {
    waiting.set(tenant, [...(waiting.get(tenant) ?? []), resolve]);
    if (state.renewing === null) change({ renewing: tenant });
  });
}

function settle(tenant: string, token: string | null): void {
  const resolves = waiting.get(tenant) ?? [];
  waiting.delete(tenant);
  for (const resolve of resolves) resolve(token);
  const next = [...waiting.keys()][0];
  if (next !== undefined && state.renewing === null) change({ renewing: next });
}
