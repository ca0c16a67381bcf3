// `dispatched host`: list, get, set, delete a tenant's rules for the hosts that it calls.

import type { Client } from "../../client/client.ts";
import { ClientError } from "../../client/client-error.ts";
import type { CalledHostResource, HostRuleResource } from "../../client/resources.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { numberOf } from "../number-of.ts";
import { openConnection } from "../open-client.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";

interface SetOptions {
  readonly rate?: string;
  readonly concurrency?: string;
  readonly breaker?: string;
  readonly workflow?: readonly string[];
  readonly ifMatch?: string;
}

type Shown = Pick<HostRuleResource, "host" | "rate" | "concurrency" | "breaker"> & {
  /** Of the operator's there are none. */
  readonly workflows?: HostRuleResource["workflows"];
  readonly called: readonly (Pick<CalledHostResource, "host" | "breaker"> & { readonly waiting?: number })[];
};

export async function listHosts(terminal: Terminal): Promise<number> {
  const { client } = openConnection();
  const { hosts, operator } = await client.listHostRules();
  if (terminal.json) {
    for (const rule of hosts) terminal.value(stringifyJson({ ...rule, whose: "yours" }));
    for (const rule of operator) terminal.value(stringifyJson({ ...rule, whose: "operator" }));
    return exitCode.completed;
  }
  if (hosts.length === 0) terminal.line("no rules; `dispatched host set HOST` stores one");
  else showRules(terminal, hosts);
  if (operator.length > 0) {
    terminal.line("\nthe operator's, for all tenants, that your calls met lately:");
    showRules(terminal, operator);
  }
  return exitCode.completed;
}

export async function getHost(terminal: Terminal, host: string): Promise<number> {
  const { client } = openConnection();
  return showOne(terminal, await client.hostRule(host));
}

export async function setHost(terminal: Terminal, host: string, options: SetOptions): Promise<number> {
  const { rate, breaker, workflow, ifMatch } = options;
  const { client } = openConnection();
  if (workflow === undefined) await checkList(client, host);
  const concurrency =
    options.concurrency === undefined ? {} : { concurrency: numberOf("--concurrency", options.concurrency) };
  const bounds = {
    ...(rate === undefined ? {} : { rate }),
    ...concurrency,
    ...(breaker === undefined ? {} : { breaker }),
    ...(workflow === undefined ? {} : { workflows: workflow }),
  };
  return showOne(terminal, await client.putHostRule(host, bounds, ifMatch === undefined ? {} : { ifMatch }));
}

/** A rule is put as a whole: that a list of workflows goes must be meant. Errors: `usage`. */
async function checkList(client: Client, host: string): Promise<void> {
  const rule = await client.hostRule(host).catch((error: unknown) => {
    if (error instanceof ClientError && error.code === "host_rule_not_found") return null;
    throw error;
  });
  const workflows = rule?.workflows ?? [];
  if (workflows.length === 0 || workflows.includes("*")) return;
  const again = workflows.map((one) => `--workflow '${one}'`).join(" ");
  throw new CliError(
    "usage",
    `the rule for ${host} names the workflows that may call it, and what is put now does not`,
    `${again}, or --workflow '*' for all`,
  );
}

export async function deleteHost(terminal: Terminal, host: string): Promise<number> {
  const { client } = openConnection();
  await client.deleteHostRule(host);
  if (terminal.json) terminal.value(stringifyJson({ host, deleted: true }));
  else terminal.line(`${host} has no rule any more; what waited for it goes on`);
  return exitCode.completed;
}

function showOne(terminal: Terminal, rule: HostRuleResource): number {
  if (terminal.json) terminal.value(stringifyJson({ ...rule }));
  else showRules(terminal, [rule]);
  return exitCode.completed;
}

function showRules(terminal: Terminal, rules: readonly Shown[]): void {
  const rows = rules.map((rule) => [
    rule.host,
    rule.rate ?? "-",
    rule.concurrency === null ? "-" : String(rule.concurrency),
    rule.breaker ?? "-",
    rule.workflows?.join(" ") ?? "all",
    standing(rule),
  ]);
  const columns = ["host", "rate", "concurrency", "breaker", "workflows", "now"];
  for (const line of formatTable(columns, rows)) terminal.line(line);
}

/** Of hosts that were called lately: what is not as usual. */
function standing({ called }: Shown): string {
  const parts = called.flatMap(({ host, breaker, waiting = 0 }) => {
    const state = breaker === "closed" ? [] : [breaker.replace("_", "-")];
    const waits = waiting === 0 ? [] : [`${waiting} waiting`];
    return state.length + waits.length === 0 ? [] : [`${host} ${[...state, ...waits].join(", ")}`];
  });
  return parts.length === 0 ? "-" : parts.join("; ");
}
