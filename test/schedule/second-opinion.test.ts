// Due times are those of cron-parser, but for differences that are described. `node test/schedule/main.ts` compares more.

import assert from "node:assert/strict";
import { test } from "node:test";
import { compareWithCronParser } from "./compare-with-cron-parser.ts";

test("cron-parser agrees, but for times that the clock skips and midnights that come twice", (context) => {
  const { compared, different } = compareWithCronParser(false);
  context.diagnostic(`${compared} due times are equal, ${different} differ as described`);
  assert.ok(compared > 10_000 && different > 0);
});
