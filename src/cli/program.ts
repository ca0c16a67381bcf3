// The tree of commands. Each command's code is loaded when it runs, so that `--version` and `--help` are quick.

import { Command, CommanderError } from "commander";
import { exitCode } from "./exit-code.ts";
import { quietWithoutReader } from "./quiet-without-reader.ts";
import { Terminal } from "./terminal.ts";
import { addAccess } from "./tree/add-access.ts";
import { addHosts } from "./tree/add-hosts.ts";
import { addLearning } from "./tree/add-learning.ts";
import { addLocked } from "./tree/add-locked.ts";
import { addRuns } from "./tree/add-runs.ts";
import { addWorkflow } from "./tree/add-workflow.ts";
import { examples } from "./tree/examples.ts";
import { listed } from "./tree/listed.ts";
import type { Act, Action, Add } from "./tree/tree.ts";

/** Runs the command line; resolves with the exit code. */
export async function runProgram(version: string, args: readonly string[]): Promise<number> {
  let code: number = exitCode.completed;
  // What stands behind `--` is somebody else's, such as the words that are to be completed.
  const end = args.indexOf("--");
  const json = (end < 0 ? args : args.slice(0, end)).includes("--json");
  const terminal = new Terminal({ json });
  // Commander gives the arguments, then the options, then the command itself.
  const act =
    (load: () => Promise<Action>) =>
    async (...parts: unknown[]) => {
      code = await (await load())(terminal, ...(parts.slice(0, -1) as never[]));
    };
  quietWithoutReader(args);
  const program = buildProgram(version, act);
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCode.completed;
    const { showError } = await import("./show-error.ts");
    if (!(error instanceof CommanderError)) {
      const { withWhatWasMeant } = await import("./what-was-meant.ts");
      return showError(await withWhatWasMeant(error, args), json);
    }
    const { usageError } = await import("./usage-error.ts");
    // The help that was printed says it all.
    return error.code === "commander.help"
      ? exitCode.usage
      : showError(usageError(error, program, args), json);
  }
}

/** `act` makes of a command's code what it does. */
export function buildProgram(version: string, act: Act): Command {
  const program = new Command("dispatched")
    .description("Durable orchestration of HTTP services: workflows are data, steps are calls.")
    .version(version)
    // `--version` behind a command is the command's own.
    .enablePositionalOptions()
    .exitOverride()
    // A wrong command line is told as every other error is.
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError()
    .addHelpText(
      "after",
      exampleText(["dispatched dev", "dispatched run process-order --body @order.json --follow"]),
    );
  const add: Add = (parent, usage, description) => {
    const command = parent
      .command(usage)
      .description(description)
      .option("--json", "print JSON for programs")
      .option("--tenant <id>", "as this tenant of the credentials file, not the current one")
      .hook("preAction", (_, command) => takeTenant(command.opts()));
    const path = parent === program ? command.name() : `${parent.name()} ${command.name()}`;
    return command.addHelpText("after", exampleText(examples[path] ?? []));
  };
  addSystem(program, add, act);
  addAccounts(program, add, act);
  addAccess(program, add, act);
  addKeeping(program, version, add, act);
  addWorkflow(program, add, act);
  addRuns(program, add, act);
  addIncoming(program, add, act);
  addSecret(program, add, act);
  addSigning(program, add, act);
  addHosts(program, add, act);
  addAudit(program, add, act);
  addLocked(program, add, act);
  addLearning(program, add, act);
  return program;
}

function addSystem(program: Command, add: Add, act: Act): void {
  add(program, "dev", "start everything on this machine")
    .option("--port <number>", "port to listen on, 0 for a free one (default 4000)")
    .option("--data <folder>", "where runs are stored (default $DISPATCHED_HOME/data)")
    .option(
      "--workflows <folder>",
      "store what this folder holds, and each change of it (default ./workflows)",
    )
    .action(act(async () => (await import("./commands/dev.ts")).dev));
  add(program, "demo", "see four orders live: success, retries, compensation, a killed engine").action(
    act(async () => (await import("./demo/demo.ts")).demo),
  );
  add(program, "serve", "start the server, for tenants that sign in to it")
    .option("--port <number>", "port to listen on, 0 for a free one (default 4000)")
    .option("--data <folder>", "where runs are stored (default $DISPATCHED_HOME/data)")
    .action(act(async () => (await import("./commands/dev.ts")).serve));
}

const pin = "a key by which the server is known, dsrv1_…; twice while it changes";

function addAccounts(program: Command, add: Add, act: Act): void {
  const loadTenant = () => import("./commands/tenant.ts");
  const loadLogin = () => import("./commands/login.ts");
  const key = program.command("key").description("the private key of a tenant's device");
  add(key, "generate", "make a private key; needs no server")
    .option("--out <file>", "write it to this new file instead of printing it")
    .action(act(async () => (await import("./commands/key.ts")).generateKey));
  const loadChange = () => import("./commands/key-change.ts");
  add(key, "rotate", "put another private key in the place of the tenant's; every session ends")
    .option("--deep", "give quiet records fresh data keys, too")
    .action(act(async () => (await loadChange()).rotate));
  add(key, "rotation", "how far the last rotation is").action(
    act(async () => (await loadChange()).showRotation),
  );
  add(key, "backup", "print a recovery sheet: a key for when the private key is lost").action(
    act(async () => (await loadChange()).backup),
  );
  const tenant = program.command("tenant").description("tenants and their credentials on this machine");
  const registering = (command: Command) =>
    command
      .option("--url <url>", "the server (default $DISPATCHED_URL)")
      .option("--key-file <path>", "a private key that is there already (default: a new one)")
      .option("--invite <text>", "the invitation, where the server asks for one (default $DISPATCHED_INVITE)")
      .option("--server-key <key>", pin, listed);
  registering(add(tenant, "create", "register a tenant on a server")).action(
    act(async () => (await loadTenant()).createTenantCommand),
  );
  add(tenant, "list", "tenants of which this machine has the keys").action(
    act(async () => (await loadLogin()).listTenants),
  );
  const loadTenantChange = () => import("./commands/tenant-change.ts");
  add(tenant, "new-api-key", "replace the tenant's API key; every session ends").action(
    act(async () => (await loadTenantChange()).newApiKey),
  );
  add(tenant, "delete", "end the tenant with all that is stored of it")
    .option("--yes <id>", "the tenant's id: that this is meant")
    .action(act(async () => (await loadTenantChange()).deleteTenantCommand));
  registering(add(program, "init", "register a tenant on a server and sign in")).action(
    act(async () => (await loadTenant()).init),
  );
  add(program, "login", "sign in with the keys of this machine, or with others that are given")
    .option("--url <url>", "the server, when it has moved or is new here")
    .option("--origin <url>", "what the server calls itself, when that is another address")
    .option("--server-key <key>", pin, listed)
    .option("--api-key-file <path>", "the tenant's API key")
    .option("--private-key-file <path>", "the tenant's private key, to be stored on this machine")
    .option("--recover", "by the recovery sheet: a new private key takes the place of a lost one")
    .option("--recovery-key-file <path>", "the recovery key, which is asked for otherwise")
    .action(act(async () => (await loadLogin()).login));
  add(program, "agent", "hold the private key here, and keep the tenant signed in").action(
    act(async () => (await import("./commands/agent.ts")).agent),
  );
  add(program, "logout", "end the session of this machine")
    .option("--all", "every session of the tenant, wherever it was opened")
    .action(act(async () => (await loadLogin()).logout));
  add(program, "status", "is the server there, and who is signed in").action(
    act(async () => (await import("./commands/status.ts")).status),
  );
  add(program, "token", "print the token of a session that lasts").action(
    act(async () => (await import("./commands/status.ts")).token),
  );
}

async function takeTenant({ tenant }: { readonly tenant?: string }): Promise<void> {
  if (tenant !== undefined) (await import("./use-tenant.ts")).useTenant(tenant);
}

function addKeeping(program: Command, version: string, add: Add, act: Act): void {
  add(program, "doctor", "look at configuration, folders and keys; changes nothing")
    .option("--data <folder>", "where runs are stored (default $DISPATCHED_HOME/data)")
    .action(act(async () => (await import("./commands/doctor.ts")).doctorOf(version)));
  const engineKey = program.command("engine-key").description("the key that the engine itself keeps");
  add(engineKey, "reseed", "begin a fresh chain of keys, after the key file may have been copied")
    .option("--data <folder>", "where runs are stored (default $DISPATCHED_HOME/data)")
    .action(act(async () => (await import("./commands/engine-key.ts")).reseed));
  add(engineKey, "forget-node <node>", "wait no more for the key file of a node that does not come back")
    .option("--data <folder>", "where runs are stored (default $DISPATCHED_HOME/data)")
    .action(act(async () => (await import("./commands/engine-key.ts")).forgetNode));
}

function addIncoming(program: Command, add: Add, act: Act): void {
  const schedule = program.command("schedule").description("runs that start by the clock");
  add(schedule, "list", "cron triggers and their next time").action(
    act(async () => (await import("./commands/schedule.ts")).listSchedules),
  );
  const event = program.command("event").description("events that start runs and end waits");
  add(event, "send", "send a CloudEvent")
    .requiredOption("--type <type>", "its type")
    .requiredOption("--source <uri>", "where it comes from")
    .option("--subject <text>", "what it is about")
    .option("--id <id>", "its id; sent again with the same it is taken once (default: a new one)")
    .option("--data <text>", "JSON text, @file, or - for standard input")
    .action(act(async () => (await import("./commands/event.ts")).sendEvent));
}

function addSecret(program: Command, add: Add, act: Act): void {
  const secret = program.command("secret").description("values that calls use and nobody reads");
  const load = () => import("./commands/secret.ts");
  add(secret, "set <name>", "store a value: typed without being shown, from a file, or from standard input")
    .option("--file <path>", "the value is this file's text, but for a line break at its end")
    .option("--allow-host <host>", "may be sent to this host, and those of further options, only", listed)
    .option("--allow-any-host", "may be sent anywhere from now on")
    // It would stand in the shell's history and in the list of processes: better said than shown as too many arguments.
    .allowExcessArguments()
    .hook("preAction", async (command) => (await load()).refuseValue(command.args))
    .action(act(async () => (await load()).setSecret));
  add(secret, "list", "names, versions and the hosts that they may be sent to").action(
    act(async () => (await load()).listSecrets),
  );
  add(secret, "delete <name>", "remove a secret").action(act(async () => (await load()).deleteSecret));
}

function addSigning(program: Command, add: Add, act: Act): void {
  const signing = program
    .command("signing-secret")
    .description("what signs calls, so that services can tell");
  const load = () => import("./commands/signing-secret.ts");
  add(signing, "create", "make the first; it is shown once").action(
    act(async () => (await load()).createSigningSecret),
  );
  add(signing, "list", "those that sign now").action(act(async () => (await load()).listSigningSecrets));
  add(signing, "rotate", "make another; the one before signs beside it for 72 hours").action(
    act(async () => (await load()).rotateSigningSecret),
  );
  add(signing, "revoke <id>", "end one at once").action(act(async () => (await load()).revokeSigningSecret));
}

function addAudit(program: Command, add: Add, act: Act): void {
  const audit = program.command("audit").description("what was done with the tenant's data and keys");
  const load = () => import("./commands/audit.ts");
  add(audit, "list", "entries of the log, newest first")
    .option("--limit <number>", "at most so many (default 50)")
    .action(act(async () => (await load()).listAudit));
  add(
    audit,
    "verify [file]",
    "check every entry, and that the log goes on from where this machine saw it last",
  )
    .option("--accept", "take the log as it is now for the one to go on from")
    .option(
      "--private-key-file <file>",
      "with --accept: sign in by this key, of before a rotation; it is the tenant's here then",
    )
    .action(act(async () => (await import("./commands/audit-verify.ts")).verifyAudit));
  add(audit, "export", "print the log, an entry a line; asks for the private key")
    .option("--out <file>", "write it to this new file instead")
    .action(act(async () => (await load()).exportAudit));
}

function exampleText(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
