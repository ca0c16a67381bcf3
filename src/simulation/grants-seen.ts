// What a world saw of hooks and standing grants.

import type { ItemPut } from "./inbox-seen.ts";

/** Something that was sent to a hook, as its sender knows it. */
export interface HookSent {
  readonly tenant: string;
  readonly workflow: string;
  readonly hook: string;
  /** Unique; it stands in the body. */
  readonly order: string;
  /** Whether the workflow asks for a signature, and whether one that fits was sent. */
  readonly verify: boolean;
  readonly signed: boolean;
  /** What names it when it is sent again; null for nothing. */
  readonly key: string | null;
  /** By the world's clock. */
  readonly beganAt: number;
  readonly beganOrder: number;
  /** What each sending of it was told: what became of it, or the code of an error. */
  readonly told: {
    readonly type: "run" | "item" | "refused";
    readonly what: string;
    readonly at: number;
    readonly order: number;
  }[];
}

/** A hook that was acknowledged, and when its revocation was. */
export interface HookMade {
  readonly tenant: string;
  readonly hook: string;
  readonly verify: boolean;
  revokeAskedOrder: number | null;
  revokedOrder: number | null;
}

/** A grant as whoever asked for it knows it; times by the world's clock. */
export interface GrantMade {
  readonly tenant: string;
  readonly grant: string;
  readonly workflow: string;
  readonly triggers: readonly string[];
  readonly hosts: readonly string[];
  readonly verify: boolean;
  readonly expiresAt: number;
  revokedAt: number | null;
}

/** A grant as it stands on the disk at the end. */
export interface DurableGrant {
  readonly tenant: string;
  readonly grant: string;
  readonly workflow: string;
  readonly version: number;
  readonly triggers: readonly string[];
  readonly hosts: readonly string[];
  readonly verify: boolean;
  /** By the clock of a node. */
  readonly expiresAt: number;
  readonly end: string | null;
}

/** A hook as it stands on the disk at the end. */
export interface DurableHook {
  readonly tenant: string;
  readonly hook: string;
  readonly revoked: boolean;
}

/** What came by a hook, as it stands on the disk at the end. */
export interface DurableDelivery {
  readonly tenant: string;
  readonly delivery: string;
  readonly hook: string;
  readonly run: string | null;
  readonly item: string | null;
}

/** All that was seen of both, and what waited instead. */
export interface GrantsSeen {
  readonly hooked: readonly HookSent[];
  readonly hooksMade: readonly HookMade[];
  readonly grantsMade: readonly GrantMade[];
  /** Tenants of whom a grant was asked for that lets the engine read the secret of `verify`. */
  readonly verifyAsked: ReadonlySet<string>;
  readonly hooks: readonly DurableHook[];
  readonly deliveries: readonly DurableDelivery[];
  readonly grants: readonly DurableGrant[];
  readonly waited: readonly ItemPut[];
}
