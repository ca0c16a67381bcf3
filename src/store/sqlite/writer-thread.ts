// The writer: one connection, one transaction a request, committed with fsync before it answers.

import { parentPort, workerData } from "node:worker_threads";
import type { Database } from "better-sqlite3";
import { DispatchedError } from "../../value/problem.ts";
import { prepareAppend } from "./append-units.ts";
import { prepareAudit } from "./audit-writes.ts";
import { prepareBulks } from "./bulk-writes.ts";
import { prepareDropEnded } from "./drop-ended.ts";
import { EpochFence } from "./epoch-fence.ts";
import { prepareEpochs } from "./epoch-writes.ts";
import { erasePast, markNew } from "./erase-past.ts";
import { prepareGrants } from "./grant-writes.ts";
import { Heads } from "./heads.ts";
import { prepareInbox } from "./inbox-writes.ts";
import { prepareIncoming } from "./incoming-writes.ts";
import { prepareKeptRuns } from "./kept-runs.ts";
import { prepareKeyFence } from "./key-fence.ts";
import { type KeyWrites, prepareKeys } from "./key-writes.ts";
import { prepareLeases } from "./lease-writes.ts";
import { type LiveWrites, prepareLives } from "./live-writes.ts";
import { LogCleaner } from "./log-cleaner.ts";
import { migrate } from "./migrate.ts";
import { openWriter } from "./open-database.ts";
import { unpackUnits } from "./packed-units.ts";
import { preparePerformAccounts } from "./perform-accounts.ts";
import { preparePerformInbox } from "./perform-inbox.ts";
import { preparePokes } from "./poke-writes.ts";
import { prepareRecords } from "./record-writes.ts";
import { schema } from "./schema.ts";
import { sqliteReason } from "./sqlite-reason.ts";
import { prepareTriggers } from "./trigger-writes.ts";
import type {
  CrashPoint,
  StoreNotice,
  WriterAnswer,
  WriterOptions,
  WriterRequest,
} from "./writer-protocol.ts";

const options = workerData as WriterOptions;
const port = parentPort;
if (port === null) throw new Error("the writer runs in a thread of its own");
const say = (answer: WriterAnswer) => port.postMessage(answer);

const asleep = new Int32Array(new SharedArrayBuffer(4));
let passed = 0;

/** True at the time that a test asks for. */
function comesTo(point: CrashPoint): boolean {
  if (options.crash?.point !== point) return false;
  passed++;
  return passed >= options.crash.after;
}

function pass(point: CrashPoint): void {
  if (comesTo(point)) process.kill(process.pid, "SIGKILL");
}

type Write = Exclude<WriterRequest, { op: "close" }>;

function preparePerform(database: Database, heads: Heads, epochs: EpochFence): (request: Write) => unknown {
  const pokes = preparePokes(database);
  const lives = prepareLives(database, heads, epochs);
  const fence = prepareKeyFence(database);
  const keys = prepareKeys(database, lives);
  const inbox = prepareInbox(database, fence);
  const kept = prepareKeptRuns(database);
  const append = prepareAppend(database, heads, pokes, { lives, inbox, fence, kept });
  const [leases, dropEnded] = [prepareLeases(database, heads), prepareDropEnded(database, heads)];
  const [triggers, audit] = [prepareTriggers(database), prepareAudit(database, fence)];
  const grants = prepareGrants(database, { lives, fence }, audit);
  const records = prepareRecords(database, triggers, grants, { lives, fence }, audit);
  const performAccounts = preparePerformAccounts(database, heads, audit, keys, epochs);
  const incoming = prepareIncoming(database, heads, pokes, { lives, fence });
  const [performEpochs, performBulks] = [prepareEpochs(database, epochs), prepareBulks(database)];
  const performInbox = preparePerformInbox({ inbox, grants }, database, fence, audit);
  return (request) => {
    switch (request.op) {
      case "append": {
        const results = append(unpackUnits(request.packed, request.count));
        return results.every(({ type }) => type === "appended") ? null : results;
      }
      case "openLease":
        return leases.open(request.request);
      case "renewLease":
        return leases.renew(request.fence, request.request);
      case "closeLease":
        return leases.close(request.fence, request.released);
      case "claim":
        return leases.claim(request.fence, request.now, request.limit, request.open);
      case "claimRun":
        return leases.claimRun(request.fence, request.now, request.name, request.ended);
      case "setAside":
        return leases.setAside(request.fence, request.name);
      case "dropEnded":
        return dropEnded(request.fence, request.now, request.limit);
      case "putDefinition":
        return records.putDefinition(request.row, request.triggers, request.audit, request.expected);
      case "moveTrigger":
        return triggers.move(request.row, request.nextAt, request.scheduledAt);
      case "putIncoming":
        return incoming.putAll(request.rows);
      case "settleIncoming":
        return incoming.settle(request.tenant, request.id);
      case "dropIncoming":
        return incoming.drop(request.beforeMs, request.limit);
      case "putSecret":
        return records.putSecret(request.row, request.audit);
      case "appendAudit":
        return audit.append(request.tenant, request.append);
      case "createTenant":
      case "useHandshake":
      case "linkSession":
      case "endSessions":
      case "dropEndedSessions":
        return performAccounts(request);
      case "bulks":
      case "epochs":
        return request.op === "bulks" ? performBulks(request.write) : performEpochs(request.write);
      case "deleteDefinition":
        return records.deleteDefinition(request);
      case "keepLive":
      case "dropLive":
      case "replaceKeys":
        return performKeys(request, lives, keys);
      default:
        return performInbox(request);
    }
  };
}

type KeyRequest = Extract<Write, { op: "keepLive" | "dropLive" | "replaceKeys" }>;

function performKeys(request: KeyRequest, lives: LiveWrites, keys: KeyWrites): unknown {
  switch (request.op) {
    case "keepLive":
      return lives.keep(request.tenant, request.records);
    case "dropLive":
      return lives.drop();
    case "replaceKeys":
      return keys.replace(request.tenant, request.changes, request.step);
  }
}

/** With it ends what a key opened that is given up: it is not to be found in the log either. */
function endsKeys(request: Write): boolean {
  if (request.op === "epochs") return ["retireEpoch", "abandonEpoch"].includes(request.write.op);
  return request.op === "replaceKeys" && request.step != null && request.step.endedAt !== null;
}

function run(): void {
  const database = openWriter(options.file, options.pagesMax);
  markNew(database);
  migrate(database, schema);
  const tell = (notice: StoreNotice) => say({ type: "notice", notice });
  erasePast(database, tell);
  const log = new LogCleaner(database, tell, options.logEmptiedEveryMs);
  const heads = new Heads(database);
  const fence = new EpochFence(database);
  const perform = preparePerform(database, heads, fence);
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const rollback = database.prepare("ROLLBACK");

  /** Whether the transaction is on the disk. Errors: those of SQLite, when it is not. */
  function commitOrSay(op: Write["op"]): boolean {
    try {
      commit.run();
      // Counted among appends only: how many other commits a start takes is nobody's promise.
      if (op !== "append" || !comesTo("unknown_commit")) return true;
      throw new Error("a test wants to know what follows");
    } catch (error) {
      // A full or busy database refuses before the commit is written. After a failed write or sync nobody knows.
      if (/^SQLITE_(FULL|BUSY)/.test(sqliteReason(error))) throw error;
      say({ type: "unknown", reason: sqliteReason(error) });
      port?.close();
      return false;
    }
  }

  function write(request: Write): void {
    try {
      begin.run();
      const result = perform(request);
      if (options.commitDelayMs !== undefined) Atomics.wait(asleep, 0, 0, options.commitDelayMs);
      pass("before_commit");
      if (!commitOrSay(request.op)) return;
      pass("after_commit");
      log.written();
      if (endsKeys(request)) log.empty();
      say({ type: "done", result });
    } catch (error) {
      // SQLite ends a transaction by itself on some errors, such as a full disk.
      if (database.inTransaction) rollback.run();
      heads.forgetAll();
      fence.forget();
      say({ type: "rolled_back", reason: sqliteReason(error) });
    }
  }

  port?.on("message", (request: WriterRequest) => {
    if (request.op !== "close") return write(request);
    database.pragma("wal_checkpoint(TRUNCATE)");
    database.close();
    say({ type: "done", result: null });
    port.close();
  });
}

try {
  run();
  say({ type: "ready" });
} catch (error) {
  const known = error instanceof DispatchedError ? error : null;
  say({
    type: "refused",
    code: known?.code ?? "store_unavailable",
    message: known?.message ?? `the database cannot be opened (${sqliteReason(error)})`,
    hint: known?.hint ?? null,
  });
}
