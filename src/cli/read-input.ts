// Input of commands: files, standard input, and a value typed without being shown.

import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { CliError } from "./cli-error.ts";
import { notAFile } from "./not-a-file.ts";
import { interruptedCode } from "./saying-on-interrupt.ts";

export function readFile(path: string): string {
  try {
    return textOf(path, readFileSync(path === "-" ? 0 : path));
  } catch (error) {
    throw error instanceof CliError ? error : notAFile(path, error);
  }
}

function notRead(path: string, error: unknown): CliError {
  const code = (error as NodeJS.ErrnoException).code ?? "unknown";
  return new CliError("usage", `${path} cannot be read (${code})`);
}

/** Of a file that nobody named, but a folder held: a pipe there would keep this process waiting, and a device has no end. */
export function readRegularFile(path: string, bytesMax: number): string {
  let file: number | null = null;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const is = fstatSync(file);
    if (!is.isFile()) throw leftOut(path, "is no regular file");
    if (is.size > bytesMax) throw leftOut(path, `has ${is.size} bytes, and ${bytesMax} are the most`);
    return textOf(path, readFileSync(file));
  } catch (error) {
    throw error instanceof CliError ? error : notRead(path, error);
  } finally {
    if (file !== null) closeSync(file);
  }
}

function leftOut(path: string, why: string): CliError {
  return new CliError("usage", `${path} ${why}`, "it is left out: put it elsewhere, or name it otherwise");
}

/** A byte order mark included. Another encoding is refused: read as UTF-8 it would be another text. */
function textOf(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const hint = "convert it first; bytes that are no text go as base64";
    throw new CliError("usage", `${path} is not UTF-8 text`, hint);
  }
}

/**
 * A secret, without what an editor puts around it: a byte order mark before it, a line break behind it. The value of that very
 * secret elsewhere has neither.
 */
export function readSecret(path: string): string {
  return readFile(path)
    .replace(/^\ufeff/, "")
    .replace(/\r?\n$/, "");
}

/** `@file`, `-` or the text itself. */
export function readBodyArgument(text: string): string {
  if (text === "-") return readFile("-");
  return text.startsWith("@") ? readFile(text.slice(1)) : text;
}

/** A line typed on the terminal, not shown. Never waits where no terminal is. */
export async function readHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  let text = "";
  try {
    for await (const chunk of stdin) {
      const [line = "", ...more] = (chunk as string).split(/\r\n|\r|\n/);
      if (more.some((rest) => rest !== "")) {
        throw new CliError("usage", "a value of several lines cannot be typed", "use --file PATH");
      }
      for (const character of line) {
        if (character === "\u0004") return text;
        if (character === "\u0003") {
          stdin.setRawMode(false);
          stderr.write("\n");
          process.exit(interruptedCode);
        }
        if (character === "\u007f" || character === "\b") text = text.slice(0, -1);
        else text += character;
      }
      if (more.length > 0) return text;
    }
    return text;
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write("\n");
  }
}
