// The commands of how a tenant spares the hosts that it calls.

import type { Command } from "commander";
import { listed } from "./listed.ts";
import type { Act, Add } from "./tree.ts";

export function addHosts(program: Command, add: Add, act: Act): void {
  const host = program.command("host").description("how the services that are called are spared");
  const load = () => import("../commands/host.ts");
  add(host, "list", "list your rules, and how the hosts stand").action(
    act(async () => (await load()).listHosts),
  );
  add(host, "get <host>", "one rule, and how its hosts stand").action(
    act(async () => (await load()).getHost),
  );
  add(host, "set <host>", "put a rule in the place of the one before: what is not said again holds no more")
    .option("--rate <calls/time>", "calls that may begin in a time, such as 10/1s")
    .option("--concurrency <number>", "calls that may be under way at once")
    .option("--breaker <failures/time>", "failures in a row after which nothing is sent for a time")
    .option(
      "--workflow <name>",
      "one that may call it, or 'process-*' for names that begin so; can be given again (default all)",
      listed,
    )
    .option("--if-match <etag>", "only while the rule has this etag")
    .action(act(async () => (await load()).setHost));
  add(host, "delete <host>", "remove a rule: what waits for it goes on").action(
    act(async () => (await load()).deleteHost),
  );
}
