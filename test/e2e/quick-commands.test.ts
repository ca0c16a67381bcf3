// Commands that read no document do not wait for what reads documents.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const folder = join(import.meta.dirname, "../../src/cli/commands");
/** These read documents, or start an engine, which does. */
const reading = ["apply.ts", "dev.ts", "templates-clone.ts", "workflow-files.ts", "workflow-graph.ts"];

/** Of these commands, those whose code brings the parser of workflows, or that of YAML. */
function loadingIt(files: readonly string[]): string {
  const commands = files.map((file) => pathToFileURL(join(folder, file)).href);
  const program = `
    import { registerHooks } from "node:module";
    let heavy = false;
    registerHooks({
      load(url, context, next) {
        heavy ||= url.endsWith("/language/parse-workflow.ts") || url.includes("/node_modules/yaml/");
        return next(url, context);
      },
    });
    for (const command of ${JSON.stringify(commands)}) {
      heavy = false;
      await import(command);
      if (heavy) console.log(command.split("/").at(-1));
    }`;
  const done = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout;
}

test("commands that read no document load no parser of documents", () => {
  const files = readdirSync(folder).filter((file) => !reading.includes(file));
  assert.ok(files.length > 30);
  assert.equal(loadingIt(files), "");
  assert.equal(loadingIt(["workflow-files.ts"]), "workflow-files.ts\n", "it would be seen");
});
