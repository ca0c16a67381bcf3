// A call of the simulated network, as services and engine saw it.

/** One call that left an engine. Orders are places in the one sequence of everything that happened. */
export interface Call {
  /** Of the engine that made it. */
  readonly process: number;
  readonly run: string;
  readonly workflow: string;
  readonly step: string;
  /** Index of the item that the address names, or null. */
  readonly item: number | null;
  readonly undo: boolean;
  /** It came without an idempotency key: it only asks. */
  readonly poll: boolean;
  readonly attempt: number;
  readonly key: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  body: string | null;
  /** It is read while it is sent, and was not read to its end: no service has seen it. */
  unread: boolean;
  readonly timeoutMs: number;
  /** By the clock of the node. */
  readonly sentAt: number;
  /** The same by the world's clock. */
  readonly sentWorldAt: number;
  readonly sentOrder: number;
  readonly node: number;
  /** How often the service saw it: 0 when it was lost on the way, 2 when it was delivered twice. */
  deliveries: number;
  /** What the service answered, when it saw it. */
  answer: Served | null;
  /** What the engine heard, or null when it heard nothing (crash, abort). */
  heard: Heard | null;
  /** When the engine heard it or gave the call up, by the clock of the node; null while neither. */
  ended: {
    readonly at: number;
    /** The same by the world's clock. */
    readonly worldAt: number;
    readonly order: number;
    readonly gaveUp: boolean;
  } | null;
}

export interface Served {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Heard =
  | { readonly type: "response"; readonly status: number }
  | {
      readonly type: "failure";
      readonly reason: string;
      readonly sent: boolean;
      readonly status: number | null;
    };
