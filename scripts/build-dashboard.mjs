// Builds the dashboard to dashboard/dist, each file also compressed, unless what is there was built from the same sources.
//
// Usage: node scripts/build-dashboard.mjs. Plain JavaScript, because it also runs while dependencies are installed.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dashboard/dist");
const stamp = join(dist, ".built-from");
const sources = [
  "dashboard",
  "src/client",
  "src/language",
  "src/handshake",
  "src/value",
  "package-lock.json",
];
/** Smaller files are sent as they are. */
const compressedMin = 1_000;

function filesOf(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => !["dist", "node_modules"].includes(name) && !name.includes(".test."))
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}

function builtFrom() {
  const hash = createHash("sha256");
  for (const file of sources.flatMap((path) => filesOf(join(root, path)))) {
    hash.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

const vite = join(root, "node_modules/.bin/vite");
// Who installed the package from a registry has what was built, and no sources.
if (!existsSync(join(root, "dashboard/src")) || !existsSync(vite)) process.exit(0);
const wanted = builtFrom();
if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) process.exit(0);

const own = join(root, "node_modules/node/bin/node");
const built = spawnSync(
  existsSync(own) ? own : process.execPath,
  [join(root, "node_modules/vite/bin/vite.js"), "build", "dashboard", "--logLevel", "warn"],
  { cwd: root, stdio: ["ignore", "inherit", "inherit"] },
);
if (built.status !== 0) process.exit(built.status ?? 1);
for (const file of filesOf(dist).filter((path) => !path.endsWith(".woff2"))) {
  const bytes = readFileSync(file);
  if (bytes.length < compressedMin) continue;
  writeFileSync(
    `${file}.br`,
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }),
  );
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}
writeFileSync(stamp, wanted);
