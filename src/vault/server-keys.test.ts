// The server's static keys: made once, closed to others, two while they change.

import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { PooledEntropy } from "./pooled-entropy.ts";
import { openServerKeys, serverKeyText } from "./server-keys.ts";

function inFolder(run: (folder: string, file: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "dispatched-server-keys-"));
  try {
    run(folder, join(folder, "server.key"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const open = (folder: string) => openServerKeys(folder, new PooledEntropy()).map(serverKeyText);

test("a key is made once, for its owner only, and found again", () => {
  inFolder((folder, file) => {
    const [made, ...others] = open(folder);
    assert.match(made ?? "", /^dsrv1_[\w-]{48}$/);
    assert.deepEqual(others, []);
    assert.equal(statSync(file).mode & 0o777, 0o400);
    assert.deepEqual(open(folder), [made]);
  });
});

test("one that was renamed counts beside the new one", () => {
  inFolder((folder, file) => {
    const [before] = open(folder);
    renameSync(file, join(folder, "server-old.key"));
    const both = open(folder);
    assert.equal(both.length, 2);
    assert.equal(both[1], before);
    assert.notEqual(both[0], before);
  });
});

test("a file that others may read, or that is damaged, is refused and not replaced", () => {
  inFolder((folder, file) => {
    open(folder);
    chmodSync(file, 0o440);
    assert.throws(() => open(folder), { code: "invalid_configuration", message: /open to others/ });
    chmodSync(file, 0o600);
    writeFileSync(file, "dprv1_damaged");
    assert.throws(() => open(folder), { code: "invalid_configuration", message: /damaged/ });
  });
});
