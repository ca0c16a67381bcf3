// What may be set on an engine, and its defaults.

import { parseWorkflow } from "../language/parse-workflow.ts";
import type { RunBounds } from "../language/workflow.ts";
import type { InboxRoom } from "../ports/inbox-store.ts";
import { limits } from "../value/limits.ts";
import type { HostRule } from "./host-rule.ts";

export interface EngineOptions {
  /** Name of the node, for the lease. */
  readonly node: string;
  /** A node that does not renew its lease for this long loses its runs to others. Default 10 s. */
  readonly leaseTtlMs: number;
  /** What a run may record at most. Null, the default, for as much as the limits of the product say. */
  readonly runBounds: RunBounds | null;
  /** Runs in memory; beyond it a start is refused with `too_many_runs`. Default 10,000. */
  readonly runsMax: number;
  /** A run that waits longer than this leaves memory. Default 60 s. */
  readonly parkAfterMs: number;
  /** How often runs of dead nodes are looked for. Default 2 s. */
  readonly sweepMs: number;
  /** How long a stop waits for calls under way. Default 5 s. */
  readonly drainMs: number;
  /** How long an epoch of the engine's key is current. Default 24 h. */
  readonly epochRetentionMs: number;
  /** How called hosts are spared: by the first rule that fits. Default none. */
  readonly hosts: readonly HostRule[];
  /** Records that a rotation puts under the new key in one write, which holds up appends meanwhile. Default 500. */
  readonly rotationPage: number;
  /**
   * Runs of a bulk action that are dealt with between two notes of what became of them: no more are begun after an abort that
   * another node took. Default 32.
   */
  readonly bulkPage: number;
  /** What may wait in a tenant's inbox. Default as of `limits`. */
  readonly inboxRoom: InboxRoom;
  /** A body in an event that is larger is stored apart from it. Default 64 KiB. */
  readonly eventBodyBytes: number;
  /** How much of bodies that stand apart a run in memory keeps at hand, in bytes. Default 2 MiB. */
  readonly keptBodyBytes: number;
  /** The address by which services reach this engine, without a slash at its end: callbacks are sent there. */
  readonly publicUrl: () => string;
  /** Compiles documents. Default `parseWorkflow`: where engines come and go in one process, one that remembers. */
  readonly parse: typeof parseWorkflow;
  /** Called once when the lease was lost: the engine has stopped and another holds the runs. */
  readonly onFenced: () => void;
}

export const defaultOptions: EngineOptions = {
  node: "local",
  leaseTtlMs: 10_000,
  runBounds: null,
  runsMax: 10_000,
  parkAfterMs: 60_000,
  sweepMs: 2_000,
  drainMs: 5_000,
  epochRetentionMs: 86_400_000,
  hosts: [],
  rotationPage: 500,
  bulkPage: 32,
  inboxRoom: { items: limits.inbox_items, hookBytes: limits.hook_items_bytes, bytes: limits.inbox_bytes },
  eventBodyBytes: limits.event_body_bytes,
  keptBodyBytes: 2 * 1024 * 1024,
  publicUrl: () => "http://127.0.0.1:4000",
  parse: parseWorkflow,
  onFenced: () => {},
};
