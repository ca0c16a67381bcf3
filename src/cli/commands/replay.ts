// `dispatched replay`: a delivery sent once more, through its hook or to another address.

import { ClientError } from "../../client/client-error.ts";
import type { ShownDeliveryResource } from "../../client/resources.ts";
import { isLoopback } from "../../value/is-loopback.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { openConnection } from "../open-client.ts";
import { sendTo } from "../send-to.ts";
import type { Terminal } from "../terminal.ts";
import { withHint } from "../with-hint.ts";

interface ReplayOptions {
  readonly again?: boolean;
  readonly to?: string;
  readonly yes?: boolean;
}

export async function replay(terminal: Terminal, id: string, options: ReplayOptions): Promise<number> {
  const { client } = openConnection();
  if (options.to !== undefined) {
    const url = checkedUrl(options.to, options.yes === true);
    return sendTo(terminal, ...requestOf(await client.showDelivery(id), url));
  }
  const accepted = await client.replayDelivery(id, options.again === true).catch((error: unknown) => {
    throw forCommands(error);
  });
  if (terminal.json) terminal.value(stringifyJson({ ...accepted }));
  else terminal.line(accepted.run ?? `${accepted.item} waits in the inbox`);
  return exitCode.completed;
}

/** The server's hint says it for requests. */
function forCommands(error: unknown): unknown {
  if (!(error instanceof ClientError) || error.code !== "delivery_taken") return error;
  const { code, status, message } = error;
  return withHint(new ClientError(code, status, message, null), "--again starts another run");
}

/** What came for one address is not to go to any other by a slip. */
function checkedUrl(text: string, anywhere: boolean): URL {
  if (!URL.canParse(text)) throw new CliError("usage", `${JSON.stringify(text)} is no URL`);
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new CliError("usage", "--to takes an address that begins with http: or https:");
  if (anywhere || isLoopback(url.hostname)) return url;
  throw new CliError("usage", `${url.hostname} is not this machine`, "--yes sends it there all the same");
}

function requestOf(delivery: ShownDeliveryResource, url: URL) {
  const { id, method, headers, query, body, encoding, whole } = delivery;
  if (!whole) throw new CliError("delivery_cut", `of the body of ${id} not everything is kept`);
  for (const [name, value] of Object.entries(query))
    for (const one of typeof value === "string" ? [value] : value) url.searchParams.append(name, one);
  const bytes = Buffer.from(body, encoding === "utf-8" ? "utf8" : "base64url");
  return [url, { method, headers, body: bytes }] as const;
}
