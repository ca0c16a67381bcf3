// The commands of what goes on while nobody is signed in: hooks, deliveries, the inbox, grants.

import type { Command } from "commander";
import { listed } from "./listed.ts";
import type { Act, Add } from "./tree.ts";

/** What goes on while nobody is signed in. */
export function addLocked(program: Command, add: Add, act: Act): void {
  const hook = program.command("hook").description("addresses that start one workflow");
  const loadHook = () => import("../commands/hook.ts");
  add(hook, "create <workflow>", "make an address; it is shown once")
    .option("--quota <number>", "how many of its items may wait in the inbox (default 10000)")
    .action(act(async () => (await loadHook()).createHook));
  add(hook, "list", "list hooks, the newest first, and how many of their items wait")
    .option("--limit <number>", "at most so many (default 50)")
    .action(act(async () => (await loadHook()).listHooks));
  add(hook, "revoke <hook>", "end an address").action(act(async () => (await loadHook()).revokeHook));
  const loadDeliveries = () => import("../commands/delivery.ts");
  add(hook, "deliveries <hook>", "list what came by it, the newest first")
    .option(
      "--state <names>",
      "started, waiting, rejected, expired, refused or answered, separated by commas",
    )
    .option("--limit <number>", "at most so many (default 50)")
    .action(act(async () => (await loadDeliveries()).listDeliveries));
  addDeliveries(program, add, act);
  const inbox = program.command("inbox").description("what came while nobody was signed in");
  const loadInbox = () => import("../commands/inbox.ts");
  add(inbox, "list", "list items in their order")
    .option("--state <names>", "waiting, started, rejected or expired, separated by commas")
    .option("--hook <hook>", "of this hook only")
    .option("--limit <number>", "at most so many (default 50)")
    .action(act(async () => (await loadInbox()).listInbox));
  add(inbox, "show <item>", "one item with what it holds").action(
    act(async () => (await loadInbox()).showItem),
  );
  const grant = program.command("grant").description("what may start while nobody is signed in");
  const loadGrant = () => import("../commands/grant.ts");
  add(grant, "create <workflow>", "let the highest version start by itself; takes the private key")
    .option("--by <ways>", "key, hook, cron, event, separated by commas (default all)")
    .option("--allow-host <host>", "a host that its runs may call; can be given again (default none)", listed)
    .option("--verify", "check signatures of hooks at the door, by the secret of `verify`")
    .option("--days <number>", "how long, at most 90 (default 90)")
    .action(act(async () => (await loadGrant()).createGrant));
  add(grant, "list", "list grants, the newest first, with those that have ended")
    .option("--limit <number>", "at most so many (default 50)")
    .action(act(async () => (await loadGrant()).listGrants));
  add(grant, "show <grant>", "one grant").action(act(async () => (await loadGrant()).showGrant));
  add(grant, "revoke <grant>", "end a grant").action(act(async () => (await loadGrant()).revokeGrant));
}

function addDeliveries(program: Command, add: Add, act: Act): void {
  const delivery = program.command("delivery").description("what came by hooks");
  const load = () => import("../commands/delivery.ts");
  add(delivery, "show <delivery>", "one delivery with its headers and its body").action(
    act(async () => (await load()).showDelivery),
  );
  add(program, "replay <delivery>", "send a delivery through its hook once more, or to another address")
    .option("--again", "start another run, though it started one before")
    .option("--to <url>", "send headers and body as they came to this address instead")
    .option("--yes", "also to an address that is not of this machine")
    .action(act(async () => (await import("../commands/replay.ts")).replay));
  add(
    program,
    "trigger <sample> <url>",
    "send a sample of what a sender sends, rightly signed, to the address of a hook",
  )
    .requiredOption("--secret-file <path>", "the file of the secret with which it is signed")
    .action(act(async () => (await import("../commands/trigger.ts")).trigger));
  add(
    program,
    "listen [for]",
    "show what comes by hooks as it comes: of one hook, of one workflow, or of all",
  )
    .option("--count <number>", "end after so many deliveries")
    .option("--runs", "show how runs of the workflow go on, too")
    .action(act(async () => (await import("../commands/listen.ts")).listen));
}
