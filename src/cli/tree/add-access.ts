// The commands of a signed-in tenant's access: the browser, its sessions.

import type { Command } from "commander";
import type { Act, Add } from "./tree.ts";

export function addAccess(program: Command, add: Add, act: Act): void {
  add(program, "open [run]", "open the browser, signed in by a one-time link: the private key stays here")
    .option("--print", "print the address instead: it is good once, for 60 seconds")
    .action(act(async () => (await import("../commands/open.ts")).open));
  const sessions = program.command("sessions").description("who is signed in");
  const load = () => import("../commands/sessions.ts");
  add(sessions, "list", "list the sessions that last").action(act(async () => (await load()).listSessions));
  add(sessions, "end <session>", "end one, with those that links of it opened").action(
    act(async () => (await load()).endSession),
  );
}
