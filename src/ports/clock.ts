// Time, as the engine asks for it.

export interface Clock {
  /** Milliseconds since 1970. Never goes back while the process lives. */
  now(): number;
  /**
   * Calls `wake` once, at `atMs` or later, never before (a time in the past: soon, but not within this call).
   * Returns what drops it again.
   */
  wakeAt(atMs: number, wake: () => void): () => void;
}
