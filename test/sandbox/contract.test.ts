// The pool keeps the contract.

import { after, test } from "node:test";
import { sandboxContract } from "../../src/ports/sandbox-contract.ts";
import { SandboxPool } from "../../src/sandbox/sandbox-pool.ts";

// No limit is tried here, and on a busy machine evaluating processes wait long for their turn.
const pool = new SandboxPool({ timeoutMs: 60_000 });
after(() => pool.close());

for (const { name, run } of sandboxContract) test(name, () => run(pool));
