// Commands that read no document do not wait for what reads documents.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundle } from "../../scripts/bundle.ts";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "src/cli/commands");
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

/** What a start of `entry` loads: bytes of ours, and packages of others. */
function loadedBy(entry: string, args: readonly string[]): { bytes: number; packages: readonly string[] } {
  const program = `
    import { registerHooks } from "node:module";
    registerHooks({
      load(url, context, next) {
        if (url.startsWith("file:")) process.stderr.write("loads " + url + "\\n");
        return next(url, context);
      },
    });`;
  const hooked = [`--import=data:text/javascript,${encodeURIComponent(program)}`, entry, ...args];
  const done = spawnSync(process.execPath, hooked, { encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
  const files = [...done.stderr.matchAll(/^loads (\S+)$/gm)].map(([, url]) => fileURLToPath(url ?? ""));
  const packageOf = (file: string) => /\/node_modules\/([^/]+)\//.exec(file)?.[1];
  return {
    bytes: files
      .filter((file) => packageOf(file) === undefined)
      .reduce((sum, file) => sum + statSync(file).size, 0),
    packages: [...new Set(files.flatMap((file) => packageOf(file) ?? []))].sort(),
  };
}

test("bundled, too, the quick commands load little of the two megabytes", async (t) => {
  mkdirSync(join(root, ".tsbuild"), { recursive: true });
  // Two folders below the root, as it is published.
  const app = mkdtempSync(join(root, ".tsbuild/quick-"));
  t.after(() => rmSync(app, { recursive: true, force: true }));
  await bundle(app);
  const entry = join(app, "main.js");
  const version = loadedBy(entry, ["--version"]);
  assert.deepEqual(version.packages, []);
  assert.ok(version.bytes > 0 && version.bytes < 10_000, String(version.bytes));
  for (const args of [["--help"], ["completion", "bash", "--", "runs", "li"], ["docs", "http_503"]]) {
    const { bytes, packages } = loadedBy(entry, args);
    assert.deepEqual(packages, ["commander", "picocolors"]);
    assert.ok(bytes > 10_000 && bytes < 100_000, `${args.join(" ")}: ${bytes}`);
  }
  const validate = ["workflow", "validate", join(root, "examples/process-order/workflow.yaml")];
  assert.ok(loadedBy(entry, validate).packages.includes("yaml"), "it would be seen");
});
