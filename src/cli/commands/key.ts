// `dispatched key`: the private key of a tenant's device.

import { closeSync, openSync, writeSync } from "node:fs";
import { generateKeyPair } from "../../client/device.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";

interface GenerateOptions {
  readonly out?: string;
}

/** Needs no server. Without `--out` the private key is printed: for a password manager, say. */
export async function generateKey(terminal: Terminal, { out }: GenerateOptions): Promise<number> {
  const { privateKey, publicKey } = generateKeyPair();
  if (out !== undefined) write(out, privateKey);
  if (terminal.json) {
    const told = out === undefined ? { private_key: privateKey } : { file: out };
    terminal.value(stringifyJson({ ...told, public_key: publicKey }));
    return exitCode.completed;
  }
  terminal.line(`private  ${out ?? privateKey}`);
  terminal.line(`public   ${publicKey}`);
  return exitCode.completed;
}

/** Never over a file that is there: it may be the only copy of a key. */
function write(path: string, privateKey: string): void {
  try {
    const file = openSync(path, "wx", 0o600);
    writeSync(file, `${privateKey}\n`);
    closeSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isThere = code === "EEXIST";
    const what = isThere ? `${path} is there already` : `${path} cannot be made (${code})`;
    throw new CliError(
      "usage",
      what,
      `give the path of a new file${isThere ? "" : ", in a folder that is there"}`,
    );
  }
}
