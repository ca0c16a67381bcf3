// `dispatched listen`: what comes by hooks, shown as it comes.

import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "../../client/client.ts";
import type { DeliveryResource } from "../../client/resources.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { deliveryLine } from "../delivery-line.ts";
import { exitCode } from "../exit-code.ts";
import { numberOf } from "../number-of.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";

const lookMs = 1_000;
const pageMax = "200";

/** Until it is stopped, or so many were shown. Of a flood between two looks the newest 200 of a hook are shown. */
export async function listen(
  terminal: Terminal,
  wanted: string | undefined,
  options: { readonly count?: string },
): Promise<number> {
  const { client } = openConnection();
  const most = options.count === undefined ? Number.POSITIVE_INFINITY : numberOf("--count", options.count);
  /** The newest that was seen of each hook. */
  const seen = new Map<string, string>();
  for (const hook of await hooksOf(client, wanted)) {
    const { deliveries } = await client.listDeliveries(hook, { limit: "1" });
    seen.set(hook, deliveries[0]?.id ?? "");
  }
  if (!terminal.json) terminal.line(`waiting for what comes by ${seen.size} hooks; Ctrl-C ends it`);
  for (let shown = 0; shown < most; ) {
    for (const hook of await hooksOf(client, wanted)) {
      for (const delivery of await newOf(client, hook, seen)) {
        show(terminal, delivery);
        shown++;
        if (shown === most) return exitCode.completed;
      }
    }
    await pause(lookMs);
  }
  return exitCode.completed;
}

/** Errors: `hook_not_found`. */
async function hooksOf(client: Client, wanted: string | undefined): Promise<readonly string[]> {
  const { hooks } = await client.listHooks();
  const found = hooks.filter(
    ({ id, workflow, revoked_at: at }) => at === null && [id, workflow, undefined].includes(wanted),
  );
  if (found.length > 0) return found.map(({ id }) => id);
  const of = wanted === undefined ? "" : ` of ${wanted}`;
  throw new CliError(
    "hook_not_found",
    `there is no hook${of}`,
    "`dispatched hook create WORKFLOW` makes one",
  );
}

/** In the order in which they came. */
async function newOf(
  client: Client,
  hook: string,
  seen: Map<string, string>,
): Promise<readonly DeliveryResource[]> {
  const { deliveries } = await client.listDeliveries(hook, { limit: pageMax });
  const last = deliveries.findIndex(({ id }) => id === seen.get(hook));
  const fresh = last < 0 ? deliveries : deliveries.slice(0, last);
  const [newest] = fresh;
  if (newest !== undefined) seen.set(hook, newest.id);
  return fresh.toReversed();
}

function show(terminal: Terminal, delivery: DeliveryResource): void {
  if (terminal.json) terminal.value(stringifyJson({ ...delivery }));
  else terminal.line(deliveryLine(delivery).filter(Boolean).join("  "));
}
