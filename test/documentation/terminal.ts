// A shell into which commands are typed one after the other, as into a terminal that stays open.

import { type ChildProcess, spawn } from "node:child_process";

export class Terminal {
  readonly #child: ChildProcess;
  readonly #limitMs: number;
  readonly #closed: Promise<void>;
  #text = "";
  #heard: () => void = () => {};
  #number = 0;

  /** @param limitMs how long anything may take */
  constructor(folder: string, env: Readonly<Record<string, string | undefined>>, limitMs: number) {
    this.#limitMs = limitMs;
    // A group of its own, so that whatever it starts ends with it.
    this.#child = spawn("bash", ["--noprofile", "--norc"], { cwd: folder, env, detached: true });
    this.#closed = new Promise((resolve) => this.#child.once("close", () => resolve()));
    const hear = (chunk: Buffer) => {
      this.#text += chunk;
      this.#heard();
    };
    this.#child.stdout?.on("data", hear);
    this.#child.stderr?.on("data", hear);
    this.enter("exec 2>&1");
  }

  /** Types, and waits for nothing. */
  enter(script: string): void {
    this.#child.stdin?.write(`{\n:\n${script}\n} </dev/null\n`);
  }

  /** What the commands print, and how the last of them ends. */
  async run(script: string, at: string): Promise<{ readonly text: string; readonly code: number }> {
    const mark = `ended-${++this.#number}:`;
    const from = this.#text.length;
    this.enter(script);
    this.enter(`printf '%s%s\\n' '${mark}' "$?"`);
    const end = new RegExp(`${mark}(\\d+)\\n`);
    await this.until((text) => end.test(text), at);
    const printed = this.#text.slice(from);
    const found = end.exec(printed);
    return { text: printed.slice(0, found?.index), code: Number(found?.[1]) };
  }

  /** As soon as `holds` is true of everything that was printed. Throws when it does not become so in time. */
  async until(holds: (text: string) => boolean, at: string): Promise<void> {
    const signal = AbortSignal.timeout(this.#limitMs);
    while (!holds(this.#text)) {
      await new Promise<void>((resolve, reject) => {
        this.#heard = resolve;
        signal.onabort = () => reject(new Error(`${at}: the terminal shows only\n${this.#text}`));
        void this.#closed.then(() => reject(new Error(`${at}: the terminal closed\n${this.#text}`)));
      });
    }
  }

  async close(): Promise<void> {
    if (this.#child.pid !== undefined && this.#child.exitCode === null) {
      try {
        process.kill(-this.#child.pid, "SIGTERM");
      } catch {
        // It had ended by itself.
      }
      this.#child.kill("SIGKILL");
    }
    await this.#closed;
  }
}
