// `dispatched open`: the browser of this machine, signed in by a link, so that the private key does not enter it.

import { signInAddress } from "../../client/sign-in-link.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import { openBrowser } from "../open-browser.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";

interface OpenOptions {
  readonly print?: boolean;
}

export async function open(
  terminal: Terminal,
  run: string | undefined,
  { print = false }: OpenOptions,
): Promise<number> {
  const { client, url, renew } = openConnection();
  // What the link opens ends with the session that makes it: with one that begins now it lasts for a whole life.
  await renew();
  const path = run === undefined ? "/" : `/runs/${encodeURIComponent((await client.getRun(run)).id)}`;
  const { code, expires_at } = await client.makeSignInLink();
  const address = signInAddress(url, code, path);
  if (terminal.json) {
    terminal.value(stringifyJson({ address, expires_at }));
    return exitCode.completed;
  }
  if (!print && (await openBrowser(address))) {
    terminal.line(`opened ${url}${path} in the browser`);
    return exitCode.completed;
  }
  terminal.line(address);
  const once = "it signs a browser in once, within 60 seconds: give it to nobody";
  if (!print) terminal.line(terminal.paint.dim(`no browser can be opened here; ${once}`));
  return exitCode.completed;
}
