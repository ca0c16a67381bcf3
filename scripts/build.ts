// Writes what is published to dist/: in `app` the command line and the engine, bundled; beside it what programs import, as
// JavaScript and declarations file by file.
//
// Usage: node scripts/build.ts

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.ts";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
// Compiled beside dist and moved there when whole, so that a build that fails leaves the last one as it is.
mkdirSync(join(root, ".tsbuild"), { recursive: true });
const work = mkdtempSync(join(root, ".tsbuild/dist-"));
const config = join(work, "tsconfig.json");
writeFileSync(
  config,
  JSON.stringify({
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: {
      lib: ["es2024", "dom", "dom.iterable", "dom.asynciterable"],
      types: ["node"],
      typeRoots: [join(root, "node_modules/@types")],
      rootDir: join(root, "src"),
      outDir: join(work, "out"),
      composite: false,
      declaration: true,
      emitDeclarationOnly: false,
      rewriteRelativeImportExtensions: true,
    },
    files: ["../../src/client/index.ts", "../../src/language/index.ts"],
  }),
);
const done = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", config], { cwd: root, stdio: "inherit" });
if (done.status === 0) {
  // As deep as it will stand: by that its maps name the sources.
  const app = `${work}-app`;
  await bundle(app);
  renameSync(app, join(work, "out/app"));
  rmSync(dist, { recursive: true, force: true });
  renameSync(join(work, "out"), dist);
}
rmSync(work, { recursive: true, force: true });
process.exit(done.status ?? 1);
