// The sandbox in this process keeps the contract.

import { test } from "node:test";
import { sandboxContract } from "../ports/sandbox-contract.ts";
import { createInlineSandbox } from "./inline-sandbox.ts";

const sandbox = await createInlineSandbox();

for (const { name, run } of sandboxContract) test(name, () => run(sandbox));
