// Where the command line writes: colours and moving lines only on a terminal, JSON when it is asked for.

import { shownText } from "../value/shown-text.ts";
import { type Paint, paintedText, paintFor } from "./paint.ts";

export interface TerminalOptions {
  readonly json: boolean;
}

export class Terminal {
  readonly json: boolean;
  /** A person looks: lines may move. */
  readonly live: boolean;
  readonly paint: Paint;
  #pending: readonly string[] = [];

  constructor(options: TerminalOptions) {
    this.json = options.json;
    this.live = process.stdout.isTTY === true && !options.json;
    const plain = process.env["NO_COLOR"] !== undefined && process.env["NO_COLOR"] !== "";
    this.paint = paintFor(this.live && !plain);
  }

  /** For people: where programs read the output, on standard error. */
  line(text = ""): void {
    this.#erase();
    (this.json ? process.stderr : process.stdout).write(`${paintedText(text)}\n`);
  }

  /** One value as one line of JSON. */
  value(value: string): void {
    process.stdout.write(`${shownText(value)}\n`);
  }

  /** As it stands, for files and programs; before a person nothing of it steers the terminal. */
  text(text: string): void {
    const isSeen = process.stdout.isTTY === true;
    process.stdout.write(isSeen ? shownText(text.replaceAll("\r\n", "\n")) : text);
  }

  /** Lines that stand below all others until they are replaced; only on a terminal. */
  pending(lines: readonly string[]): void {
    if (!this.live) return;
    const width = process.stdout.columns || 80;
    const room = Math.max(1, (process.stdout.rows || 24) - 2);
    const shown = lines.map((line) => {
      const text = shownText(line);
      return text.length > width - 1 ? `${text.slice(0, width - 2)}…` : text;
    });
    const fitting =
      shown.length > room ? [...shown.slice(0, room - 1), `… ${shown.length - room + 1} more`] : shown;
    if (fitting.join("\n") === this.#pending.join("\n")) return;
    this.#erase();
    this.#pending = fitting;
    process.stdout.write(paintedText(this.paint.dim(fitting.join("\n"))));
  }

  #erase(): void {
    const lines = this.#pending.length;
    if (lines === 0) return;
    this.#pending = [];
    process.stdout.write(`\r${lines > 1 ? `\u001b[${lines - 1}A` : ""}\u001b[0J`);
  }
}
