// The tree of commands. Each command's code is loaded when it runs, so that `--version` and `--help` are quick.

import { Command, CommanderError } from "commander";
import { exitCode } from "./exit-code.ts";
import { showError } from "./show-error.ts";
import { Terminal } from "./terminal.ts";

type Action = (terminal: Terminal, ...parts: never[]) => Promise<number>;

/** Runs the command line; resolves with the exit code. */
export async function runProgram(version: string, args: readonly string[]): Promise<number> {
  let code: number = exitCode.completed;
  const json = args.includes("--json");
  const terminal = new Terminal({ json });
  // Commander gives the arguments, then the options, then the command itself.
  const act =
    (load: () => Promise<Action>) =>
    async (...parts: unknown[]) => {
      code = await (await load())(terminal, ...(parts.slice(0, -1) as never[]));
    };
  const program = buildProgram(version, act);
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.completed : exitCode.usage;
    return showError(error, json);
  }
}

type Act = (load: () => Promise<Action>) => (...parts: unknown[]) => Promise<void>;

function buildProgram(version: string, act: Act): Command {
  const program = new Command("dispatched")
    .description("Durable orchestration of HTTP services: workflows are data, steps are calls.")
    .version(version)
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText(
      "after",
      examples("dispatched dev", "dispatched run process-order --body @order.json --follow"),
    );
  const add = (parent: Command, usage: string, description: string, ...lines: string[]) => {
    const command = parent
      .command(usage)
      .description(description)
      .option("--json", "print JSON for programs");
    if (lines.length > 0) command.addHelpText("after", examples(...lines));
    return command;
  };
  addSystem(program, add, act);
  addWorkflow(program, add, act);
  addRuns(program, add, act);
  addSecret(program, add, act);
  return program;
}

type Add = (parent: Command, usage: string, description: string, ...lines: string[]) => Command;

function addSystem(program: Command, add: Add, act: Act): void {
  add(program, "dev", "start everything on this machine", "dispatched dev --port 4000 --data ./data")
    .option("--port <number>", "port to listen on, 0 for a free one (default 4000)")
    .option("--data <folder>", "where runs are stored (default $DISPATCHED_HOME/data)")
    .action(act(async () => (await import("./commands/dev.ts")).dev));
  add(program, "demo", "see four orders live: success, retries, compensation, a killed engine").action(
    act(async () => (await import("./demo/demo.ts")).demo),
  );
  add(program, "status", "is the server there and ready").action(
    act(async () => (await import("./commands/status.ts")).status),
  );
  add(program, "token", "print the token of the local tenant").action(
    act(async () => (await import("./commands/status.ts")).token),
  );
}

function addWorkflow(program: Command, add: Add, act: Act): void {
  const workflow = program.command("workflow").description("store and look at workflows");
  const load = () => import("./commands/workflow.ts");
  add(workflow, "put <files...>", "store workflows; a stored version never changes").action(
    act(async () => (await load()).putWorkflows),
  );
  add(workflow, "get <name>", "print a workflow as it was stored")
    .option("--version <number>", "not the highest, but this version")
    .action(act(async () => (await load()).getWorkflow));
  add(workflow, "list", "list the highest version of each workflow").action(
    act(async () => (await load()).listWorkflows),
  );
  add(workflow, "validate <files...>", "check files, without any server").action(
    act(async () => (await load()).validateWorkflows),
  );
}

function addRuns(program: Command, add: Add, act: Act): void {
  add(
    program,
    "run <workflow>",
    "start a run and wait for its end; the exit code is its outcome",
    "dispatched run process-order --body @order.json --follow",
    "echo '{\"n\": 1}' | dispatched run count --body -",
  )
    .option("--body <text>", "JSON text, @file, or - for standard input")
    .option("--follow", "show each step as it ends")
    .option("--version <number>", "not the highest, but this version")
    .option("--idempotency-key <key>", "start once, however often this is called")
    .action(act(async () => (await import("./commands/run.ts")).run));
  const runs = program.command("runs").description("look at runs and end them");
  const load = () => import("./commands/runs.ts");
  add(runs, "list", "list runs, newest first", "dispatched runs list --status failed,timed_out")
    .option("--workflow <name>", "of this workflow only")
    .option("--status <names>", "with one of these statuses, separated by commas")
    .option("--label <name=value>", "with this label")
    .option("--limit <number>", "at most so many (default 50)")
    .action(act(async () => (await load()).listRuns));
  add(runs, "get <run>", "one run with its steps").action(act(async () => (await load()).getRun));
  add(runs, "events <run>", "the log of a run")
    .option("--after <seq>", "only what came after this event")
    .action(act(async () => (await load()).listEvents));
  add(runs, "cancel <run>", "end a run; steps that were done are undone")
    .option("--no-compensate", "leave what was done as it is")
    .action(act(async () => (await load()).cancelRun));
}

function addSecret(program: Command, add: Add, act: Act): void {
  const secret = program.command("secret").description("values that calls use and nobody reads");
  const load = () => import("./commands/secret.ts");
  add(secret, "set <name>", "store a value: typed, from a file, or from standard input")
    .option("--from-file <file>", "the value is this file's text")
    .action(act(async () => (await load()).setSecret));
  add(secret, "list", "names and versions").action(act(async () => (await load()).listSecrets));
  add(secret, "delete <name>", "remove a secret").action(act(async () => (await load()).deleteSecret));
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
