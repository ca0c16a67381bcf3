// What callers of a world steered: rules for hosts, deletions of workflows, as they know them.

import type { HostBounds, TenantRule } from "../engine/host-rule.ts";

/** What is said of a host. */
export type SaidOfHost = HostBounds & Pick<TenantRule, "workflows">;

/** A rule for a host that a tenant put, or removed. */
export interface HostWrite {
  readonly tenant: string;
  readonly host: string;
  /** Null for a removal. */
  readonly bounds: SaidOfHost | null;
  readonly beganOrder: number;
  /** When it was answered, and by which process; null when nobody answered: it may hold all the same, from any moment on. */
  readonly done: { readonly order: number; readonly at: number; readonly process: number } | null;
}

/** A deletion of a workflow. */
export interface Deletion {
  readonly tenant: string;
  readonly workflow: string;
  readonly beganOrder: number;
  /** Null when nobody answered. */
  readonly heardOrder: number | null;
}

/** A deletion of the version that somebody had seen, while another was put. */
export interface SeenDeletion {
  readonly tenant: string;
  readonly workflow: string;
  /** The other was answered to be stored. */
  readonly isNextPut: boolean;
}

/** One run was to be cancelled, paused, resumed or undone again. */
export interface RunSteered {
  readonly run: string;
  readonly action: "cancel" | "pause" | "resume" | "compensate";
  /** Why it was refused; null when it was done. */
  readonly code: string | null;
  readonly beganOrder: number;
  readonly heardOrder: number;
}

export interface SteeredSeen {
  readonly runs: readonly RunSteered[];
  readonly seenDeletions: readonly SeenDeletion[];
  readonly hostWrites: readonly HostWrite[];
  readonly deletions: readonly Deletion[];
}
