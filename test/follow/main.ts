// Followers of runs at their full number: `npm run followers [-- RUNS FOLLOWERS_OF_EACH]`, 100 and 10 by default.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { followThroughCrash } from "./followers.ts";
import { besideUnread, followBesideUnread, grownBytesMax } from "./unread.ts";

const [runs = 100, each = 10] = process.argv.slice(2).map(Number);
const home = mkdtempSync(join(tmpdir(), "dispatched-followers-"));
const begun = performance.now();
const { followers, lastSeqs } = await followThroughCrash(home, runs, each);
rmSync(home, { recursive: true, force: true });
const wrong = followers.filter(
  ({ run, seqs }) => seqs.length !== lastSeqs.get(run) || seqs.some((seq, index) => seq !== index + 1),
);
const heard = followers.reduce((sum, { seqs }) => sum + seqs.length, 0);
const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
console.log(
  `${followers.length} followers of ${runs} runs heard ${heard} events over a crash, in ${seconds} s`,
);
console.log(
  wrong.length === 0 ? "nobody missed one or heard one twice" : `${wrong.length} followers heard wrongly`,
);

const beside = mkdtempSync(join(tmpdir(), "dispatched-unread-"));
const { large } = besideUnread;
const { lastSeq, grownBytes, ...told } = await followBesideUnread(beside, large);
rmSync(beside, { recursive: true, force: true });
const missed = told.followers.filter(
  ({ seqs }) => seqs.length !== lastSeq || seqs.some((seq, index) => seq !== index + 1),
);
const grown = grownBytes === null ? "nobody knows how much" : `${Math.round(grownBytes / 1e6)} MB`;
console.log(
  `beside ${large.unread} connections that never read, ${large.readers} followers heard ${lastSeq} events each but for ${missed.length} of them; the engine grew by ${grown}`,
);
const isBounded = (grownBytes ?? 0) < grownBytesMax;
process.exitCode = wrong.length + missed.length === 0 && isBounded ? 0 : 1;
