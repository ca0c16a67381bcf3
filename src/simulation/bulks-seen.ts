// What a world saw of actions on many runs.

/** An action on many runs, as whoever began it knows it. */
export interface BulkAsked {
  readonly tenant: string;
  readonly action: string;
  /** The runs that were named, each once; null for those that fit a filter. */
  readonly named: readonly string[] | null;
  /** Which runs, where none are named; null for any. */
  readonly filter: {
    readonly workflow: string | null;
    readonly order: string | null;
    readonly statuses: readonly string[] | null;
  } | null;
  /** When it was asked for, and when somebody answered; and when its caller had read the last of it, or undefined. */
  readonly beganOrder: number;
  readonly begunOrder: number;
  readonly toldOrder?: number;
  /** Null when nobody answered: it may run all the same. */
  readonly id: string | null;
  /** Whether it was seen to have ended; null when its caller did not look so long. */
  readonly ended: boolean | null;
  /** What became of its runs; empty where that is not known. */
  readonly results: readonly {
    readonly run: string;
    readonly done: boolean;
    readonly code: string | null;
    readonly created: string | null;
  }[];
  readonly total: number;
  /** When it was told that it is aborted, and what had become of its runs before; left out when nobody aborted it. */
  readonly aborted?: { readonly heardOrder: number; readonly before: BulkAsked["results"] };
}
