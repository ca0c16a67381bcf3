// What the dashboard asks the server for, a command asks for, too: whoever works in a terminal can do the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { listFiles, readSource } from "../tidy/source-files.ts";
import { clientMethods } from "./client-methods.ts";

/** Methods that no command needs, and why. */
const without: Readonly<Record<string, string>> = {
  followWaits: "`runs waits` is typed again; the page stays open",
  followFailures: "`runs failures` is typed again; the page stays open",
  getBriefRun: "a page loads bodies when they are asked for; `runs get` shows them",
  getEvent: "`runs events` has every event whole",
  showServer: "a page that could not load a part of itself asks whether anybody answers; `status` says that",
  listEventsOf: "`runs events` tells the step of each event",
};

/** Called on a client, also on the one that starts once: other objects have methods of the same names, such as `command`. */
const ofClient = /\b(?:\w*client|starting|new Client)(?:\([^)]*\))?\s*\.(\w+)\(/gi;

function methodsCalledIn(folder: string): ReadonlySet<string> {
  const files = listFiles().filter((file) => file.startsWith(folder) && /(?<!\.test)\.tsx?$/.test(file));
  const called = files.flatMap((file) =>
    [...readSource(file).text.matchAll(ofClient)].map(([, name = ""]) => name),
  );
  return new Set(called.filter((name) => clientMethods().has(name)));
}

test("every action of the dashboard has a command, or a reason for having none", () => {
  const [ofPages, ofCommands] = [methodsCalledIn("dashboard/src/"), methodsCalledIn("src/cli/")];
  assert.ok(ofPages.size > 40, `${ofPages.size} methods`);
  assert.deepEqual(
    [...'program.command("a"); client.listRuns(); useClient().command(id)'.matchAll(ofClient)].map(
      ([, name]) => name,
    ),
    ["listRuns", "command"],
  );
  const missing = [...ofPages].filter((name) => !ofCommands.has(name) && !Object.hasOwn(without, name));
  assert.deepEqual(missing, [], "a command in src/cli/commands");
  const needless = Object.keys(without).filter((name) => ofCommands.has(name) || !ofPages.has(name));
  assert.deepEqual(needless, [], "no reason is needed any more");
});
