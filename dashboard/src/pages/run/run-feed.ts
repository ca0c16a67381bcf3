// One run as it is followed: its trail, and what the engine says of it, asked anew when something has happened.

import { type Client, ClientError, type ExplanationResource, type RunResource } from "dispatched/client";
import { drawSoon } from "../../look/draw-soon.ts";
import { whileSeen } from "../../look/while-seen.ts";
import { Trail } from "./trail.ts";

export interface RunSnapshot {
  /** Another for every change of the trail. */
  readonly seq: number;
  readonly run: RunResource | null;
  /** Null as long as it is asked for, and where the workflow is gone. */
  readonly verdict: ExplanationResource | null;
  /** Why there is nothing to show. */
  readonly error: unknown;
  /** `live`: events come as they happen; `broken`: the connection is made anew; `ended`: nothing is to come. */
  readonly stream: "opening" | "live" | "broken" | "ended";
}

/** Between two questions how the run is, while events keep coming (milliseconds). */
const askedApartMs = 250;

export class RunFeed {
  readonly trail = new Trail();
  readonly #client: Client;
  readonly #id: string;
  readonly #listeners = new Set<() => void>();
  readonly #control = new AbortController();
  #snapshot: RunSnapshot = { seq: 0, run: null, verdict: null, error: null, stream: "opening" };
  #arrived: Parameters<Trail["append"]>[0][] = [];
  #drawing = false;
  #asking = false;
  /** Something happened since the run was asked for. */
  #stale = false;
  /** Ends the pause between two questions. */
  #hurry: () => void = () => undefined;

  constructor(client: Client, id: string) {
    this.#client = client;
    this.#id = id;
  }

  readonly snapshot = (): RunSnapshot => this.#snapshot;

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  start(): void {
    void this.ask();
    void this.#follow();
  }

  stop(): void {
    this.#control.abort();
  }

  /** Asks how the run is: after an action, and when events came. One question at a time. */
  async ask(): Promise<void> {
    this.#stale = true;
    if (this.#asking) return;
    this.#asking = true;
    while (this.#stale && !this.#control.signal.aborted) {
      this.#stale = false;
      await this.#askOnce();
      await this.#pause();
    }
    this.#asking = false;
  }

  /** So that many events are one question; none is waited for once nothing is to come. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#snapshot.stream === "ended") resolve();
      this.#hurry = resolve;
      setTimeout(resolve, askedApartMs);
    });
  }

  async #askOnce(): Promise<void> {
    try {
      const [run, verdict] = await Promise.all([
        this.#client.getBriefRun(this.#id),
        this.#client.explain(this.#id).catch(nullWhereRefused),
      ]);
      this.#change({ run, verdict, error: null });
    } catch (error) {
      // What is shown stays: it was true when it came.
      if (this.#snapshot.run === null) this.#change({ error });
    }
  }

  async #follow(): Promise<void> {
    const { signal } = this.#control;
    // A run that has ended may be gone on with: its compensation is tried again.
    for (let ended = false; !signal.aborted && !ended; ) {
      try {
        const told = {
          onOpen: () => this.#change({ stream: "live" }),
          onBreak: () => this.#change({ stream: "broken" }),
        };
        const follow = (until: AbortSignal) => {
          const after = (this.#arrived.at(-1) ?? this.trail.events.at(-1))?.seq ?? 0;
          return this.#client.followRun(this.#id, { brief: true, after, signal: until, ...told });
        };
        for await (const event of whileSeen(follow, signal)) this.#arrive(event);
        ended = true;
      } catch (error) {
        if (this.#snapshot.run === null) this.#change({ error });
        return;
      }
    }
    if (signal.aborted) return;
    this.#change({ stream: "ended" });
    void this.ask();
    this.#hurry();
  }

  /** After the run has been gone on with: follows it anew from where it ended. */
  followOn(): void {
    void this.ask();
    if (this.#snapshot.stream !== "ended") return;
    this.#change({ stream: "opening" });
    void this.#follow();
  }

  #arrive(event: Parameters<Trail["append"]>[0]): void {
    this.#arrived.push(event);
    if (this.#drawing) return;
    this.#drawing = true;
    // Also where nobody sees the page: its title tells for a while how the run is.
    drawSoon(() => this.#flush());
  }

  /** What came since the last frame is shown at once. */
  #flush(): void {
    this.#drawing = false;
    if (this.#control.signal.aborted) return;
    const arrived = this.#arrived;
    this.#arrived = [];
    for (const event of arrived) this.trail.append(event);
    const seq = this.trail.events.at(-1)?.seq ?? 0;
    this.#change({ seq });
    if (seq > (this.#snapshot.run?.seq ?? 0)) void this.ask();
  }

  #change(change: Partial<RunSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function nullWhereRefused(error: unknown): null {
  if (error instanceof ClientError && error.status >= 400 && error.status < 500) return null;
  throw error;
}
