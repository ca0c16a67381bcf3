// Every command of the tree: its help, its JSON, its colours.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import type { Command } from "commander";
import { deviceOf } from "../../src/app/device-of.ts";
import { buildProgram } from "../../src/cli/program.ts";
import { examples } from "../../src/cli/tree/examples.ts";
import { misfit } from "../process/documented-json.ts";
import { localSession } from "../process/local-session.ts";
import { makeOneOfEach, type OneOfEach } from "../process/one-of-each.ts";
import { type Done, runCommand, runCommands } from "../process/run-command.ts";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-tree-"));
const executable = join(import.meta.dirname, "../../bin/dispatched");
const program = buildProgram("0", () => async () => {});
const leaves = leavesOf(program, []);
const service = new ScriptedService();
let engine: EngineUnderTest;
/** The command lines of all commands that end by themselves, with what they are given. */
let lines: readonly (readonly string[])[];

before(async () => {
  const address = await service.start();
  engine = await startDev(home);
  lines = linesOf(await makeOneOfEach(deviceOf(localSession(home).entry), service, address), address);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

interface Leaf {
  readonly path: string;
  readonly command: Command;
}

function leavesOf(command: Command, path: readonly string[]): readonly Leaf[] {
  if (command.commands.length === 0) return [{ path: path.join(" "), command }];
  return command.commands.flatMap((one) => leavesOf(one, [...path, one.name()]));
}

/** What a command is given; those that are not here take nothing. Words in capitals stand for what is there. */
const given: Readonly<Record<string, string>> = {
  "workflow put": "FILE",
  "workflow get": "quick",
  "workflow versions": "quick",
  "workflow stats": "quick",
  "workflow delete": "listed",
  "workflow validate": "FILE",
  "workflow graph": "FILE",
  "templates clone": "approval",
  apply: "FOLDER",
  run: "quick",
  explain: "FAILED",
  "workflow uses": "quick",
  "grant show": "GRANT",
  "runs items": "LISTED all",
  "runs evaluate": "ENDED trigger",
  "runs export": "ENDED",
  "runs get": "ENDED",
  "runs body": "LARGE BODY",
  "runs events": "ENDED",
  "runs follow": "ENDED",
  "runs cancel": "WAITING0",
  "runs signal": "WAITING1 go",
  "runs pause": "WAITING2",
  "runs resume": "PAUSED",
  "runs compensate": "HALF_UNDONE",
  "runs rerun": "ENDED",
  "runs retry": "FAILED",
  "runs bulk": "cancel --run WAITING3 --yes",
  "bulk show": "BULK",
  "bulk abort": "BULK",
  "event send": "--type a --source /b",
  "secret set": "TREE --file SECRET",
  "secret delete": "KEY",
  "signing-secret revoke": "SIGNING_SECRET",
  "host get": "api.example.com",
  "host set": "api.example.com --concurrency 5",
  "host delete": "api.example.com",
  "hook create": "quick",
  "hook revoke": "HOOK",
  "hook deliveries": "HOOK",
  "delivery show": "DELIVERY",
  replay: "DELIVERY --again --to SERVICE --yes",
  trigger: "github:push SERVICE --secret-file SECRET",
  "inbox show": "ITEM",
  "grant create": "quick",
  "grant revoke": "GRANT",
  "engine-key forget-node": "nothing",
  open: "--print",
  "sessions end": "SESSION",
  docs: "internal",
  completion: "bash",
};
/** Commands that cannot succeed here, and why. */
const neverDone: Readonly<Record<string, string>> = {
  "tenant create": "the commands after it would be of that tenant",
  "tenant delete": "the tenant is that of all others",
  init: "the commands after it would be of that tenant",
  "engine-key reseed": "the server has the data",
  "engine-key forget-node": "the server has the data",
  "signing-secret create": "there is one already, so that another command can revoke it",
};
/** They run until they are told to stop, or change the key that the other commands need: see command-tree-apart.test.ts. */
const apart: ReadonlySet<string> = new Set([
  "serve",
  "listen",
  "agent",
  "demo",
  "dev",
  "listen",
  "key rotate",
  "tenant new-api-key",
  "logout",
]);

function requireJson(path: string, { code, out, err }: Done): void {
  for (const line of out.split("\n").filter(Boolean)) {
    assert.doesNotThrow(() => JSON.parse(line), `${path} --json printed ${line}`);
  }
  if (code === 0) return;
  assert.match(
    err,
    /^\{"error":\{"code":"\w+","message":".*","hint":.*\}\}$/m,
    `${path} --json ended with ${code}`,
  );
}

/** Its shape is told in words, or it is no object of ours. */
const toldInWords: ReadonlySet<string> = new Set([
  "apply",
  "bulk show",
  "runs body",
  "runs bulk",
  "runs export",
  "workflow put",
]);

function misfitsIn(path: string, out: string): readonly string[] {
  if (toldInWords.has(path)) return [];
  const found = out
    .split("\n")
    .filter(Boolean)
    .map((line) => misfit(path, Object.keys(JSON.parse(line))));
  return [...new Set(found)].flatMap((wrong) => (wrong === null ? [] : [`${path}: ${wrong}`]));
}

test("every command has help that says what it and its options do", async () => {
  assert.ok(leaves.length > 50, `${leaves.length} commands`);
  const helps = await runCommands(
    home,
    leaves.map(({ path }) => [...path.split(" "), "--help"]),
  );
  leaves.forEach(({ path, command }, index) => {
    const { code, out } = helps[index] as Done;
    assert.equal(code, 0, path);
    assert.match(out, new RegExp(`^Usage: dispatched ${path} \\[options\\]`), path);
    assert.ok(command.description().length > 8, `${path} is not described`);
    assert.ok(command.options.every(({ description }) => description !== ""));
    assert.ok(out.includes("--json"), `${path} takes no --json`);
  });
});

/** As a shell parts it, without what it does itself: pipes and files that take the output. */
function wordsOf(line: string): readonly string[] {
  const own = line.replace(/^.* \| /, "").replace(/ >>? \S+$/, "");
  const words = [...own.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
  assert.equal(words[0], "dispatched", line);
  return words.slice(1);
}

test("the help of every command has examples, which the program itself takes, and of which none is of another", async (t) => {
  // An example's `--tenant` is meant for the program alone.
  const { DISPATCHED_TENANT: tenant } = process.env;
  t.after(() => {
    if (tenant === undefined) delete process.env["DISPATCHED_TENANT"];
    else process.env["DISPATCHED_TENANT"] = tenant;
  });
  assert.deepEqual(Object.keys(examples).sort(), leaves.map(({ path }) => path).sort());
  const taken: string[] = [];
  for (const { path, command } of leaves) {
    const help: string[] = [];
    command.configureOutput({ writeOut: (text) => void help.push(text) }).outputHelp();
    const lines = examples[path] ?? [];
    assert.ok(
      lines.length > 0 &&
        help.join("").endsWith(`\nExamples:\n${lines.map((line) => `  ${line}\n`).join("")}`),
      help.join(""),
    );
    for (const line of lines) {
      // One that no command line was read by.
      const fresh = buildProgram("0", () => async () => {});
      for (const leaf of leavesOf(fresh, [])) leaf.command.action(() => void taken.push(leaf.path));
      await fresh.parseAsync([...wordsOf(line)], { from: "user" });
      assert.equal(taken.at(-1), path, line);
    }
  }
  await assert.rejects(buildProgram("0", () => async () => {}).parseAsync(["runs", "get"], { from: "user" }));
});

function linesOf(one: OneOfEach, address: string): readonly (readonly string[])[] {
  const [folder, file, secret] = [join(home, "flows"), join(home, "flows/tree.yaml"), join(home, "secret")];
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, "name: tree\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {value: 1}}\n");
  writeFileSync(secret, "a value\n");
  const { ended, failed, listed, large, paused, half_undone, waiting } = one.runs;
  const there: Readonly<Record<string, string>> = {
    ...{ FILE: file, FOLDER: folder, SECRET: secret, SERVICE: `${address}/` },
    ...{
      ENDED: ended,
      FAILED: failed,
      LISTED: listed,
      LARGE: large,
      PAUSED: paused,
      HALF_UNDONE: half_undone,
    },
    ...Object.fromEntries(waiting.map((run, index) => [`WAITING${index}`, run])),
    ...{ BODY: one.body, BULK: one.bulk, HOOK: one.hook.id, DELIVERY: one.delivery, ITEM: one.item },
    ...{ GRANT: one.grant, SIGNING_SECRET: one.signingSecret, SESSION: one.session },
  };
  return leaves
    .filter(({ path }) => !apart.has(path))
    .map(({ path }) => {
      const words = (given[path] ?? "").split(" ").filter(Boolean);
      return [...path.split(" "), ...words.map((word) => there[word] ?? word)];
    });
}

test("every command prints JSON with --json, and its errors too; each does what it is for, or cannot here", async () => {
  const said = await runCommands(
    home,
    lines.map((line) => [...line, "--json"]),
  );
  const silent: string[] = [];
  lines.forEach((line, index) => {
    const told = said[index] as Done;
    requireJson(line.join(" "), told);
    if (told.code === 0 && told.out === "") silent.push(line.join(" "));
  });
  const misfits = leaves
    .filter(({ path }) => !apart.has(path))
    .flatMap(({ path }, index) => misfitsIn(path, (said[index] as Done).out));
  assert.deepEqual(misfits, [], "as docs/reference/cli.md says, or as the API answers");
  const undone = leaves
    .filter(({ path }) => !apart.has(path))
    .filter((_, index) => said[index]?.code !== 0)
    .map(({ path }) => path);
  const told = undone.map(
    (path) => `${path}: ${said[lines.findIndex((line) => line.join(" ").startsWith(path))]?.err}`,
  );
  assert.deepEqual(undone.sort(), Object.keys(neverDone).sort(), told.join("\n"));
  // An empty list has no rows.
  assert.deepEqual(
    silent.filter((line) => !/ (list|failures|waits)$/.test(line)),
    [],
  );
});

test("no command shows a colour on a terminal with NO_COLOR, and without it some do", async () => {
  const colour = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`);
  const said = await runCommands(home, lines, { AS_ON_A_TERMINAL: "yes", NO_COLOR: "1" });
  lines.forEach((line, index) => {
    const { out, err } = said[index] as Done;
    assert.doesNotMatch(out + err, colour, line.join(" "));
  });
  const [run] = await runCommands(home, [["run", "tree"]], { AS_ON_A_TERMINAL: "yes", NO_COLOR: "" });
  assert.match(run?.out ?? "", colour);
});

test("without a reader each command ends quietly, by the code of that", async () => {
  const said = await runCommands(home, lines, { WITHOUT_A_READER: "yes" });
  const loud = lines.flatMap((line, index) => {
    const { code, out, err } = said[index] as Done;
    const isQuiet = code === 141 && !/error|EPIPE|\n\s+at /.test(err);
    return out === "" || isQuiet ? [] : [`${line.join(" ")}: ${code} ${err}`];
  });
  assert.deepEqual(loud, []);
  const without = said.filter(({ code }) => code === 141);
  assert.ok(without.length > 30, `${without.length} commands wrote something`);
});

test("a wrong command line is told as JSON, too, and a real pipe that nobody reads ends a command", async () => {
  for (const args of [["rnu"], ["run"], ["runs", "get"], ["status", "--nope"], ["docs", "a", "b"]]) {
    const told = await runCommand(home, [...args, "--json"]);
    assert.equal(told.code, 2);
    assert.equal(told.out, "");
    assert.equal(JSON.parse(told.err).error.code, "usage", told.err);
  }
  // Ended by what reads: `true` takes nothing.
  const line = `"${executable}" docs limits | true`;
  const piped = spawnSync("sh", ["-c", line], {
    env: { ...process.env, DISPATCHED_HOME: home },
    encoding: "utf8",
  });
  assert.equal(piped.stderr, "");
});

test("completion knows commands, options, and names while somebody is signed in, and is silent else", async () => {
  const ask = async (where: string, ...words: string[]) =>
    (await runCommand(where, ["completion", "bash", "--", ...words])).out.split("\n").filter(Boolean);
  assert.deepEqual(await ask(home, "runs", "re"), ["resume", "rerun", "retry"]);
  assert.deepEqual(await ask(home, "runs", "list", "--st"), ["--status"]);
  assert.deepEqual(await ask(home, "docs", "unknown_st"), ["unknown_step"]);
  assert.deepEqual(await ask(home, "runs", "list", "--status", "failed,w"), ["failed,waiting"]);
  assert.deepEqual(await ask(home, "runs", "bulk", "cancel", "--doing", "over"), ["overdue"]);
  assert.deepEqual(await ask(home, "runs", "list", "--status=failed,w"), ["--status=failed,waiting"]);
  const here = localSession(home).entry.tenant;
  assert.deepEqual(await ask(home, "--tenant", ""), [here], "and no commands");
  assert.deepEqual(await ask(home, "runs", "list", "--tenant=ten"), [`--tenant=${here}`]);
  assert.deepEqual(await ask(home, "trigger", "git"), ["github:push", "github:issues"]);
  await runCommands(home, [
    ["workflow", "put", join(home, "flows/tree.yaml")],
    ["secret", "set", "TREE", "--file", join(home, "secret")],
  ]);
  for (const [words, name] of [
    [["run", "tr"], "tree"],
    [["secret", "delete", "T"], "TREE"],
    [["templates", "clone", "appr"], "approval"],
    [["listen", "tr"], "tree"],
  ] as const) {
    let found: readonly string[] = [];
    // It gives up on a server that is slow, as one may be here.
    for (let tries = 0; tries < 100 && found.length === 0; tries++) found = await ask(home, ...words);
    assert.deepEqual(found, [name]);
  }
  const out = join(home, "nobody");
  const nobody = await runCommand(out, ["completion", "bash", "--", "run", "tr"]);
  assert.deepEqual(nobody, { code: 0, out: "", err: "" });
  for (const shell of ["bash", "zsh", "fish"]) {
    assert.match((await runCommand(out, ["completion", shell])).out, /dispatched completion \w+ -- /);
  }
});

/** What each shell is told, so that it shows the candidates for a line. */
const asked: Readonly<Record<string, (script: string, line: string) => readonly string[]>> = {
  bash: (script, line) => {
    // As bash itself takes a line apart.
    const words = line.split(/ |([:=]+)/).filter(Boolean);
    const at = `COMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}`;
    return ["-c", `${script}\n${at}; _dispatched; echo "\${COMPREPLY[@]}"`];
  },
  // Outside of a line that is edited, what is offered is shown instead.
  zsh: (script, line) => [
    "-fc",
    `compdef() { :; }; compadd() { shift; print -r -- "$@"; }; ${script.replace(/^if \[.*$/m, "")}
     words=(${line}); CURRENT=\${#words}; _dispatched`,
  ],
  fish: (script, line) => ["-c", `${script}\ncomplete -C "${line}"`],
};
/** What bash puts behind the last `:` or `=`, others in the place of the word. */
const completed = [
  ["dispatched runs ca", ["cancel"], ["cancel"]],
  ["dispatched trigger github:pu", ["push"], ["github:push"]],
  ["dispatched trigger github:", ["issues", "push"], ["github:issues", "github:push"]],
  ["dispatched runs list --status=fa", ["failed"], ["--status=failed"]],
  ["dispatched runs list --status=failed,w", ["failed,waiting"], ["--status=failed,waiting"]],
] as const;

test("shells complete by their scripts: bash, and those others that are on this machine", async (t) => {
  const path = `${dirname(executable)}:${process.env["PATH"]}`;
  const env = { ...process.env, PATH: path, DISPATCHED_HOME: home };
  // Files that begin as the word does are none of its candidates.
  writeFileSync(join(home, "cabin"), "");
  for (const [shell, lineOf] of Object.entries(asked)) {
    const isThere = spawnSync(shell, ["--version"]).status === 0;
    if (!isThere && shell !== "bash") {
      t.diagnostic(`NOT RUN completion in ${shell}: there is none on this machine`);
      continue;
    }
    const { out: script } = await runCommand(home, ["completion", shell]);
    for (const [line, behind, whole] of completed) {
      const done = spawnSync(shell, lineOf(script, line), { env, cwd: home, encoding: "utf8" });
      const offered = [done.stdout.split(/[ \n]/).filter(Boolean).sort(), done.stderr];
      assert.deepEqual(offered, [shell === "bash" ? behind : whole, ""], `${shell}: ${line}`);
    }
  }
});
