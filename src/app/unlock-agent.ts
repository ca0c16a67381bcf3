// Keeps a tenant open: looks now and then whether its session lasts, and opens another when it does not.

import { ClientError } from "../client/client-error.ts";
import type { Log } from "../ports/log.ts";

export interface AgentOptions {
  /** Between two looks while all is well. Default 5 s. */
  readonly lookMs?: number;
  /** Between two looks while nothing helps: it is doubled from look to look. Default 60 s. */
  readonly backoffMaxMs?: number;
}

/**
 * A look is a request with the session's token, so that a server that was restarted opens the tenant again. Whatever goes
 * wrong is told once, and tried again: a server that is not there, and a refusal, which an operator may mend meanwhile.
 */
export class UnlockAgent {
  readonly #look: () => Promise<void>;
  readonly #log: Log;
  readonly #lookMs: number;
  readonly #backoffMaxMs: number;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;
  /** Of the last failure; empty while all is well. */
  #told = "";
  #failures = 0;

  /** @param look opens a session when there is none that lasts */
  constructor(
    look: () => Promise<void>,
    log: Log,
    { lookMs = 5_000, backoffMaxMs = 60_000 }: AgentOptions = {},
  ) {
    this.#look = look;
    this.#log = log;
    this.#lookMs = lookMs;
    this.#backoffMaxMs = backoffMaxMs;
  }

  start(): void {
    void this.#perform();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #perform(): Promise<void> {
    try {
      await this.#look();
      if (this.#told !== "") this.#log.write("info", "agent.open_again", {});
      this.#told = "";
      this.#failures = 0;
    } catch (error) {
      this.#failures++;
      const code = error instanceof ClientError ? error.code : "unexpected";
      if (code !== this.#told) this.#log.write("warn", "agent.sign_in_failed", { code });
      this.#told = code;
    }
    if (this.#stopped) return;
    const delayMs = Math.min(this.#lookMs * 2 ** this.#failures, Math.max(this.#backoffMaxMs, this.#lookMs));
    this.#timer = setTimeout(() => void this.#perform(), delayMs);
  }
}
