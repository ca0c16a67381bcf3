// Where the command line writes: colours and moving lines only on a terminal, JSON when it is asked for.

import colours from "picocolors";
import { shownText } from "./shown-text.ts";

export interface TerminalOptions {
  readonly json: boolean;
}

export class Terminal {
  readonly json: boolean;
  /** A person looks: lines may move. */
  readonly live: boolean;
  readonly paint: ReturnType<typeof colours.createColors>;
  #pending = "";

  constructor(options: TerminalOptions) {
    this.json = options.json;
    this.live = process.stdout.isTTY === true && !options.json;
    const plain = process.env["NO_COLOR"] !== undefined && process.env["NO_COLOR"] !== "";
    this.paint = colours.createColors(this.live && !plain);
  }

  line(text = ""): void {
    this.#erase();
    process.stdout.write(`${shownText(text)}\n`);
  }

  /** One value as one line of JSON. */
  value(value: string): void {
    process.stdout.write(`${value}\n`);
  }

  /** A line that stands below all others until it is replaced; only on a terminal. */
  pending(text: string): void {
    if (!this.live || text === this.#pending) return;
    this.#erase();
    this.#pending = text;
    const shown = shownText(text);
    const width = process.stdout.columns ?? 80;
    process.stdout.write(this.paint.dim(shown.length > width - 1 ? `${shown.slice(0, width - 2)}…` : shown));
  }

  #erase(): void {
    if (this.#pending === "") return;
    this.#pending = "";
    process.stdout.write("\r\u001b[2K");
  }
}
