// Bytes that come late are not counted for the batch behind theirs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BegunJobs } from "./begun-jobs.ts";

test("what is told after the answers of a batch is of that batch", () => {
  const begun = new BegunJobs();
  begun.tell(1);
  assert.equal(begun.count, 1);
  begun.endBatch(3);
  assert.equal(begun.count, 0);
  begun.tell(2);
  assert.equal(begun.count, 0, "two of the batch before");
  begun.tell(1);
  assert.equal(begun.count, 1);
});

test("so it is when the next batch is over before them", () => {
  const begun = new BegunJobs();
  begun.endBatch(2);
  begun.tell(1);
  begun.endBatch(2);
  begun.tell(3);
  assert.equal(begun.count, 0);
  begun.tell(2);
  assert.equal(begun.count, 2);
});
