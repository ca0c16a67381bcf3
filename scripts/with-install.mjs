// Runs an npm script on a fresh clone: installs first when what is installed is not what the lock says.
// Plain JavaScript without dependencies, because it runs on the Node that is there, old as it may be.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stamp = join(root, "node_modules", ".dispatched-lock");
const lock = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");

function npm(args) {
  const done = spawnSync("npm", args, { cwd: root, stdio: "inherit" });
  if (done.error) {
    console.error(`npm cannot be run: ${done.error.message}`);
    process.exit(1);
  }
  if (done.status !== 0) process.exit(done.status ?? 1);
}

const [script, ...rest] = process.argv.slice(2);
if (script === undefined) {
  console.error("usage: node scripts/with-install.mjs SCRIPT [ARGUMENT...]");
  process.exit(2);
}
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
  console.log("installing what the lock says (once)");
  npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  writeFileSync(stamp, lock);
}
npm(["run", "--silent", "build:dashboard"]);
npm(["run", "--silent", script, ...(rest.length > 0 ? ["--", ...rest] : [])]);
