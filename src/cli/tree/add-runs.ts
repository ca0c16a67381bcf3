// Commands of runs.

import type { Command } from "commander";
import type { Act, Add } from "./tree.ts";

const doingText =
  "that do one of these: retrying, signal, event, callback, timer, poll, overdue; separated by commas";

export function addRuns(program: Command, add: Add, act: Act): void {
  add(program, "run <workflow>", "start a run and wait for its end; the exit code is its outcome")
    .option("--body <text>", "JSON text, @file, or - for standard input")
    .option("--follow", "show each step as it ends")
    .option("--version <number>", "not the highest, but this version")
    .option("--idempotency-key <key>", "start once, however often this is called")
    .action(act(async () => (await import("../commands/run.ts")).run));
  const runs = program.command("runs").description("look at runs and end them");
  const load = () => import("../commands/runs.ts");
  add(runs, "list", "list runs, newest first")
    .option("--workflow <name>", "of this workflow only")
    .option("--status <names>", "with one of these statuses, separated by commas")
    .option("--label <name=value>", "with this label")
    .option("--doing <kinds>", doingText)
    .option("--fingerprint <fingerprint>", "that failed like those of this group of `runs failures`")
    .option("--from <time>", "created at this time (with its zone) or day, or later")
    .option("--to <time>", "created before it")
    .option("--limit <number>", "at most so many (default 50)")
    .action(act(async () => (await load()).listRuns));
  add(runs, "failures", "runs that ended badly, grouped by workflow, step, code and status")
    .option("--workflow <name>", "of this workflow only")
    .option("--from <time>", "created at this time (with its zone) or day, or later")
    .option("--to <time>", "created before it")
    .option("--limit <number>", "at most so many groups (default 50)")
    .action(act(async () => (await import("../commands/failures.ts")).listFailures));
  add(runs, "waits", "what is waited for, the oldest run first")
    .option("--people", "only what waits for people: signals and callbacks")
    .option("--kind <kinds>", "signal, event, callback, timer or poll, separated by commas")
    .option("--workflow <name>", "of this workflow only")
    .option("--label <name=value>", "with this label")
    .option("--limit <number>", "at most so many runs (default 50)")
    .action(act(async () => (await import("../commands/waits.ts")).listWaits));
  add(runs, "get <run>", "one run with its steps").action(act(async () => (await load()).getRun));
  add(runs, "body <run> <body>", "a large body of a run, as it was recorded").action(
    act(async () => (await import("../commands/run-body.ts")).readBody),
  );
  add(runs, "events <run>", "the log of a run")
    .option("--after <seq>", "only what came after this event")
    .action(act(async () => (await load()).listEvents));
  add(
    runs,
    "follow <run>",
    "show a run's steps as they end, from its beginning; the exit code is its outcome",
  ).action(act(async () => (await import("../commands/run.ts")).followCommand));
  add(runs, "cancel <run>", "end a run; steps that were done are undone")
    .option("--no-compensate", "leave what was done as it is")
    .action(act(async () => (await load()).cancelRun));
  addRecord(runs, add, act);
  add(program, "explain <run>", "what happened, why, and what to do next").action(
    act(async () => (await import("../commands/explain.ts")).explain),
  );
  addControl(runs, add, act);
  addBulk(program, add, act);
}

function addRecord(runs: Command, add: Add, act: Act): void {
  const load = () => import("../commands/run-record.ts");
  add(runs, "items <run> <step>", "the items of a step's strategy, in their order")
    .option("--status <name>", "with this status")
    .option("--limit <number>", "at most so many (default 50)")
    .action(act(async () => (await load()).listItems));
  add(
    runs,
    "evaluate <run> <expression>",
    "the value of an expression over a run as it is; nothing is called or recorded",
  )
    .option("--lang <language>", "path (default), jsonpath or lua; @file or - reads the expression")
    .action(act(async () => (await load()).evaluate));
  add(runs, "export <run>", "the whole record of a run as one JSON document, without values")
    .option("--values", "with values, in plain text")
    .action(act(async () => (await load()).exportRun));
}

function addControl(runs: Command, add: Add, act: Act): void {
  const load = () => import("../commands/control.ts");
  add(runs, "signal <run> <name>", "send a signal")
    .option("--body <text>", "JSON text, @file, or - for standard input")
    .option("--idempotency-key <key>", "send once, however often this is called")
    .action(act(async () => (await load()).signalRun));
  add(runs, "pause <run>", "start nothing more; calls under way are let end, children go on").action(
    act(async () => (await load()).pauseRun),
  );
  add(runs, "resume <run>", "go on after a pause").action(act(async () => (await load()).resumeRun));
  add(runs, "compensate <run>", "try again to undo what could not be undone").action(
    act(async () => (await load()).compensateRun),
  );
  add(
    runs,
    "rerun <run>",
    "a new run from the steps that failed, or from others; outcomes before them are carried over",
  )
    .option("--from <steps>", "ids of the steps to begin with, and items as step[3], separated by commas")
    .option("--version <number>", "with this version of the workflow")
    .option("--body <text>", "another input: JSON text, @file, or - for standard input")
    .option("--idempotency-key <key>", "one new run, however often this is called")
    .option("--preview", "only tell what is kept and which calls are made again")
    .action(act(async () => (await load()).rerun));
  add(runs, "retry <run>", "a new run from the steps that failed")
    .option("--idempotency-key <key>", "one new run, however often this is called")
    .action(act(async () => (await load()).retryRun));
  add(runs, "bulk <action>", "cancel, pause, resume or rerun every run that fits, or those that are named")
    .option("--workflow <name>", "of this workflow")
    .option("--status <names>", "with one of these statuses, separated by commas")
    .option("--label <name=value>", "with this label")
    .option("--doing <kinds>", doingText)
    .option("--fingerprint <fingerprint>", "that failed like those of this group of `runs failures`")
    .option("--from <time>", "created at this time (with its zone) or day, or later")
    .option("--to <time>", "created before it")
    .option("--run <ids...>", "these runs, and no filter")
    .option("--yes", "do not ask")
    .action(act(async () => (await import("../commands/bulk.ts")).bulk));
}

function addBulk(program: Command, add: Add, act: Act): void {
  const bulk = program.command("bulk").description("actions on many runs, begun by `runs bulk`");
  const load = () => import("../commands/bulk.ts");
  add(bulk, "list", "list bulk actions, newest first")
    .option("--limit <number>", "at most so many (default 50)")
    .action(act(async () => (await load()).listBulks));
  add(bulk, "show <bulk>", "follow one to its end, and tell which runs were refused").action(
    act(async () => (await load()).showBulk),
  );
  add(bulk, "abort <bulk>", "leave as they are the runs that were not dealt with").action(
    act(async () => (await load()).abortBulk),
  );
}
