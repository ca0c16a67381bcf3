// Bundles the command line and the engine: the 700 modules of ours that a start loads become 50 files, and it takes two thirds of
// the processor's time. Packages of others stay what they are, installed beside it with their licences.

import { join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");

/**
 * All files stand in one folder, two below the package's: threads and processes are found beside what starts them, and the
 * rest from there (`src/server/package-folder.ts`). What a command does not need is in files that it does not load. Most are
 * named by their content and stay when others are written, so that whoever runs them is not disturbed.
 */
export async function bundle(folder: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: [
      "src/cli/main.ts",
      "src/store/sqlite/writer-thread.ts",
      "src/sandbox/worker.ts",
      "src/sandbox/parent-watch.ts",
    ],
    entryNames: "[name]",
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22.18",
    packages: "external",
    // For the traces alone: a package holds no sources.
    sourcemap: "linked",
    sourcesContent: false,
    logLevel: "warning",
  });
}
