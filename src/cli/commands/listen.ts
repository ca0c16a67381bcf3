// `dispatched listen`: what comes by hooks, and what becomes of runs, shown as it comes.

import type { Client } from "../../client/client.ts";
import type { DeliveryResource, HookResource, RunItemResource } from "../../client/resources.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { countOf } from "../count-of.ts";
import { deliveryLine } from "../delivery-line.ts";
import { exitCode } from "../exit-code.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";

interface ListenOptions {
  readonly count?: string;
  readonly runs?: boolean;
}

/** What is listened to; nothing for everything. */
interface Wanted {
  readonly hook?: string;
  readonly workflow?: string;
}

/** Breaks one after the other without a sign of life: ten minutes, about. */
const breaksMax = 60;
/** Runs of which the status that was shown last is remembered. */
const knownMax = 10_000;

/**
 * Until it is stopped, or so many deliveries were shown: each once, in order, over broken connections and restarts of the
 * server.
 */
export async function listen(
  terminal: Terminal,
  name: string | undefined,
  { count, runs = false }: ListenOptions,
): Promise<number> {
  const { client } = openConnection();
  const most = count === undefined ? Number.POSITIVE_INFINITY : countOf("--count", count);
  const { hooks, ...wanted } = await wantedOf(client, name);
  const over = new AbortController();
  const options = { signal: over.signal, breaksMax };
  const following = runs ? followRuns(terminal, client, wanted, options) : Promise.resolve();
  const shown = async () => {
    let left = most;
    let begun = false;
    for await (const change of client.followDeliveries(wanted, { ...options, onBreak: sayBreak })) {
      if (change.type === "delivery") {
        show(terminal, change.delivery);
        if (--left === 0) break;
      } else if (!begun) {
        begun = true;
        terminal.line(
          `waiting for what comes by ${hooks === 1 ? "a hook" : `${hooks} hooks`}; Ctrl-C ends it`,
        );
      }
    }
  };
  try {
    await Promise.race([shown(), following.then(() => new Promise(() => {}))]);
  } finally {
    over.abort();
  }
  await following;
  return exitCode.completed;
}

/** Also those that were revoked. */
async function allHooks(client: Client): Promise<readonly HookResource[]> {
  const all: HookResource[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listHooks({ cursor, limit: 200 });
    all.push(...page.hooks);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return all;
}

/** Errors: `hook_not_found`. */
async function wantedOf(
  client: Client,
  name: string | undefined,
): Promise<Wanted & { readonly hooks: number }> {
  const hooks = await allHooks(client);
  const active = hooks.filter((hook) => hook.revoked_at === null);
  const byId = active.filter(({ id }) => id === name);
  const found = name === undefined ? active : byId.length > 0 ? byId : active.filter(isOf(name));
  if (found.length === 0) {
    const of = name === undefined ? "" : ` of ${name}`;
    throw new CliError(
      "hook_not_found",
      `there is no hook${of}`,
      "`dispatched hook create WORKFLOW` makes one",
    );
  }
  if (name === undefined) return { hooks: found.length };
  return byId.length > 0 ? { hook: name, hooks: 1 } : { workflow: name, hooks: found.length };
}

const isOf = (name: string) => (hook: { readonly workflow: string }) => hook.workflow === name;

function sayBreak(breaks: number): void {
  // Nothing is lost meanwhile.
  if (breaks === 1) process.stderr.write("the connection broke; listening on\n");
}

function show(terminal: Terminal, delivery: DeliveryResource): void {
  if (terminal.json) terminal.value(stringifyJson({ type: "delivery", ...delivery }));
  else terminal.line(deliveryLine(delivery).filter(Boolean).join("  "));
}

/** Runs whose status changes; after a break those that changed meanwhile, of the newest. */
async function followRuns(
  terminal: Terminal,
  client: Client,
  wanted: Wanted,
  options: { readonly signal: AbortSignal; readonly breaksMax: number },
): Promise<void> {
  const workflow = wanted.workflow ?? (await workflowOf(client, wanted.hook));
  const query = workflow === undefined ? {} : { workflow };
  let known: Map<string, string> | null = null;
  const tell = (run: RunItemResource) => {
    if (known?.get(run.id) === run.status) return;
    if (known !== null && known.size >= knownMax) known.delete(known.keys().next().value as string);
    known?.set(run.id, run.status);
    showRun(terminal, run);
  };
  for await (const change of client.followRuns(query, options)) {
    // One that does not fit is of another workflow.
    if (change.type === "run") tell(change.run);
    if (change.type === "reset") {
      const { runs } = await client.listRuns({ ...query, limit: 200 });
      if (known === null) known = new Map(runs.map(({ id, status }) => [id, status]));
      else for (const run of runs.toReversed()) tell(run);
    }
  }
}

async function workflowOf(client: Client, hook: string | undefined): Promise<string | undefined> {
  if (hook === undefined) return undefined;
  return (await allHooks(client)).find(({ id }) => id === hook)?.workflow;
}

function showRun(terminal: Terminal, run: RunItemResource): void {
  if (terminal.json) {
    terminal.value(stringifyJson({ type: "run", ...run }));
    return;
  }
  const { paint } = terminal;
  const ended = { completed: paint.green, failed: paint.red, timed_out: paint.red } as const;
  const colour = ended[run.status as keyof typeof ended] ?? paint.dim;
  terminal.line([run.id, `${run.workflow} v${run.version}`, colour(run.status)].join("  "));
}
