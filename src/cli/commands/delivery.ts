// `dispatched hook deliveries` and `dispatched delivery`: what came by hooks, and what became of it.

import { stringifyJson } from "../../value/stringify-json.ts";
import { deliveryLine } from "../delivery-line.ts";
import { exitCode } from "../exit-code.ts";
import { formatTime } from "../format-time.ts";
import { listRows } from "../list-rows.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";

interface ListOptions {
  readonly state?: string;
  readonly limit?: string;
}

export async function listDeliveries(
  terminal: Terminal,
  hook: string,
  { state, limit }: ListOptions,
): Promise<number> {
  const { client } = openConnection();
  return listRows(terminal, {
    limit,
    read: async (page) => {
      const { deliveries, next } = await client.listDeliveries(hook, { state, ...page });
      return { rows: deliveries, next };
    },
    head: ["delivery", "state", "came to", "", "received"],
    lines: (deliveries) => deliveries.map(deliveryLine),
    none: "nothing came by it, or it is kept no more",
  });
}

export async function showDelivery(terminal: Terminal, id: string): Promise<number> {
  const { client } = openConnection();
  const delivery = await client.showDelivery(id);
  if (terminal.json) {
    terminal.value(stringifyJson({ ...delivery }));
    return exitCode.completed;
  }
  terminal.line(deliveryLine(delivery).filter(Boolean).join("  "));
  terminal.line(`hook ${delivery.hook}, kept until ${formatTime(delivery.expires_at)}`);
  terminal.line(delivery.method);
  for (const [name, value] of Object.entries(delivery.headers)) terminal.line(`${name}: ${value}`);
  terminal.line();
  terminal.line(delivery.body);
  if (!delivery.whole) terminal.line("(not everything of the body is kept)");
  return exitCode.completed;
}
