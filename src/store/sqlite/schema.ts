// The schema of the SQLite store: numbered steps, forward only. A step that was released is never changed.

import { laterSteps } from "./later-steps.ts";

/**
 * - `run` is written once, `head` changes with every append: it is small, so that the heads of all runs in flight lie on
 *   a few pages.
 * - `event` is filled in the order of the appends: its pages are full and few are touched by a commit.
 * - A run is named by its tenant and id; within the database it goes by a number, which keeps the indexes small.
 * - `owner` is the fence of the lease that holds a run, 0 for none. `status` is the place in `runStatuses`.
 * - Lists go by (created_at, no) within equal columns before.
 * - What few runs need has a table of its own, or an index of the few: an append without it writes nothing more.
 * - `retention`: how long a run is kept after its end, in milliseconds. `root`: of a child, the run at the top.
 * - `live`: keys as the engine alone may open them; of runs, those of active ones at the top, and of those that they
 *   keep. `names`: keyed hashes. `kept_run`: while `run` is active, `kept` is neither forgotten nor closed.
 * - `account`: what is known of a tenant; `tenant` only numbers those that have runs. `session`, `handshake`: by hashes
 *   of tokens, and the handshakes that were used.
 * - `inbox_count`: how many items of a hook wait, and the length of what is sealed of them; of those without a hook,
 *   under an empty name. `inbox_bytes`: that length of all items of a tenant that wait.
 * - `delivery`: what came by a hook, taken (`refused` 0) or not; `delivery_count`: how many of each are kept, and the
 *   length of what is sealed of them.
 * - `substr(live, 2, 8)`: id of the epoch's key. `node`: the oldest epoch whose key each can make, as it said last.
 * - `until` of a trigger: it was replaced at this moment, and still has a due time of before it.
 * - `marks` of a rotation: how keys begin that may be inserted since; `run_sealed` and its like: keys that wait for a sign-in.
 * - `audit`: entries of a tenant's log, in order. `key` and `sealed` stand beside the chain of their codes.
 * - `listed`: runs by what they do (one byte, a place in `doings`) or how they ended badly (`failure`), by label, workflow
 *   and status. Each combination has its row, empty where it says nothing of one; `head` has those of workflow and status alone.
 * - `failure`: keyed hash of how a run ended badly; those runs have a row each, and a group by equal hashes.
 * - `outcome`: how many runs of a workflow ended so within an hour since 1970.
 * - `bulk`: an action on many runs, which `owner` deals with; `bulk_run`: each of them, and the run that goes again from it.
 * - `parent` of a session: the one that it came of by a sign-in link; `used` is 0 of the link itself.
 * - `chunk`: a piece of a body that an event of `run` names by `body`, at its `place` from 0; written with that event.
 * - `stays` of a run: 1 of a child while its root is there, 2 while `kept_run` names it, both added; it is not looked at for
 *   being over. `forgotten_root`: its children, by number, are let go of up to `after`.
 * - `deleted_tenant`: the ids of tenants that were deleted, for which nothing is written any more. `leaving_tenant`: those of
 *   which something is still to be removed. `leaving_run`: runs that were forgotten, of whose log something is.
 * - `slot`: the runs of one key, in the order of `no`; `holds` is 0 of one that waits, 1 of one that has a place, 2 of one that
 *   is set aside until a lease is opened. `awaited`: topics for which a run waits.
 */
export const schema: readonly string[] = [
  `
  CREATE TABLE lease (
    fence INTEGER PRIMARY KEY AUTOINCREMENT,
    node TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    ended INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE tenant (
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE
  ) STRICT;

  CREATE TABLE run (
    no INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    key BLOB NOT NULL,
    card BLOB NOT NULL,
    start_key BLOB
  ) STRICT;
  CREATE UNIQUE INDEX run_id ON run (tenant, id);
  CREATE UNIQUE INDEX run_start_key ON run (tenant, start_key) WHERE start_key IS NOT NULL;

  CREATE TABLE head (
    no INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    workflow BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    status INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    due_at INTEGER,
    ended_at INTEGER,
    labels BLOB
  ) STRICT;
  CREATE INDEX head_due ON head (owner, due_at) WHERE owner <> 0 OR due_at IS NOT NULL;
  CREATE INDEX head_status ON head (tenant, status, created_at);
  CREATE INDEX head_workflow ON head (tenant, workflow, status, created_at);

  CREATE TABLE label (
    tenant INTEGER NOT NULL,
    label BLOB NOT NULL,
    status INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    run INTEGER NOT NULL,
    PRIMARY KEY (tenant, label, status, created_at, run)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE event (
    no INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    summaries BLOB NOT NULL,
    sealed BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX event_run ON event (run, last_seq);

  CREATE TABLE definition (
    tenant TEXT NOT NULL,
    name BLOB NOT NULL,
    version INTEGER NOT NULL,
    content BLOB NOT NULL,
    key BLOB NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, name, version)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE secret (
    tenant TEXT NOT NULL,
    name BLOB NOT NULL,
    version INTEGER NOT NULL,
    key BLOB NOT NULL,
    sealed BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, name)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE head ADD COLUMN poked INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX head_poked ON head (owner, due_at) WHERE poked = 1;
  ALTER TABLE head ADD COLUMN retention INTEGER NOT NULL DEFAULT 7776000000;
  CREATE INDEX head_over ON head (ended_at + retention) WHERE ended_at IS NOT NULL;
  ALTER TABLE run ADD COLUMN root BLOB;

  CREATE TABLE awaited (
    tenant INTEGER NOT NULL,
    topic BLOB NOT NULL,
    run INTEGER NOT NULL,
    PRIMARY KEY (tenant, topic, run)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX awaited_run ON awaited (run);

  CREATE TABLE slot (
    no INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    key BLOB NOT NULL,
    run INTEGER NOT NULL,
    holds INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX slot_run ON slot (tenant, key, run);
  CREATE INDEX slot_order ON slot (tenant, key, holds);

  CREATE TABLE workflow_trigger (
    tenant TEXT NOT NULL,
    workflow BLOB NOT NULL,
    place INTEGER NOT NULL,
    version INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    kind TEXT NOT NULL,
    topic BLOB,
    schedule TEXT,
    next_at INTEGER,
    scheduled_at INTEGER,
    until INTEGER,
    PRIMARY KEY (tenant, workflow, place, version)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX workflow_trigger_topic ON workflow_trigger (tenant, topic) WHERE topic IS NOT NULL;
  CREATE INDEX workflow_trigger_next ON workflow_trigger (next_at) WHERE next_at IS NOT NULL;

  CREATE TABLE incoming (
    no INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    id BLOB NOT NULL,
    topics BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    settled INTEGER NOT NULL DEFAULT 0,
    key BLOB NOT NULL,
    sealed BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX incoming_id ON incoming (tenant, id);
  CREATE INDEX incoming_open ON incoming (received_at) WHERE settled = 0;
  CREATE INDEX incoming_settled ON incoming (received_at) WHERE settled = 1;

  CREATE TABLE incoming_topic (
    tenant INTEGER NOT NULL,
    topic BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    event INTEGER NOT NULL,
    PRIMARY KEY (tenant, topic, received_at, event)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE head ADD COLUMN attended INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE head ADD COLUMN live BLOB;
  ALTER TABLE head ADD COLUMN doing INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE doing (
    tenant INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    workflow BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    run INTEGER NOT NULL,
    PRIMARY KEY (tenant, kind, workflow, created_at, run)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX head_live ON head (substr(live, 2, 8), tenant, workflow) WHERE live IS NOT NULL;
  ALTER TABLE definition ADD COLUMN live BLOB;
  ALTER TABLE definition ADD COLUMN names BLOB NOT NULL DEFAULT x'';
  CREATE INDEX definition_live ON definition (tenant) WHERE live IS NOT NULL;
  ALTER TABLE secret ADD COLUMN live BLOB;
  CREATE INDEX secret_live ON secret (tenant) WHERE live IS NOT NULL;
  ALTER TABLE incoming ADD COLUMN live BLOB;
  CREATE INDEX incoming_live ON incoming (substr(live, 2, 8), tenant) WHERE live IS NOT NULL;

  CREATE INDEX run_root ON run (tenant, root) WHERE root IS NOT NULL;
  CREATE TABLE kept_run (
    tenant INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    run INTEGER NOT NULL,
    PRIMARY KEY (kept, run)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX kept_run_by ON kept_run (run);

  CREATE TABLE epoch (
    epoch INTEGER PRIMARY KEY,
    state TEXT NOT NULL,
    key_id BLOB NOT NULL,
    begun_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE node (
    name TEXT PRIMARY KEY,
    epoch INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE account (
    tenant TEXT PRIMARY KEY,
    generation INTEGER NOT NULL,
    public_key BLOB NOT NULL,
    seal_key BLOB,
    check_code BLOB,
    api_key BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    code BLOB NOT NULL,
    recovery_key BLOB,
    recovery_sealed BLOB
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE session (
    token BLOB PRIMARY KEY,
    tenant TEXT NOT NULL,
    generation INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    epoch INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX session_tenant ON session (tenant);

  CREATE TABLE handshake (
    jti TEXT PRIMARY KEY,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE rotation (
    tenant TEXT PRIMARY KEY,
    from_generation INTEGER NOT NULL,
    to_generation INTEGER NOT NULL,
    deep INTEGER NOT NULL,
    marks BLOB NOT NULL,
    previous BLOB,
    cursor TEXT,
    records INTEGER NOT NULL,
    done INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX run_sealed ON run (tenant) WHERE substr(key, 1, 1) = x'03';
  CREATE INDEX incoming_sealed ON incoming (tenant) WHERE substr(key, 1, 1) = x'03';

  CREATE TABLE inbox (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    once BLOB,
    hook TEXT,
    workflow BLOB,
    version INTEGER,
    place INTEGER,
    event BLOB,
    received_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    run TEXT,
    reason TEXT,
    settled_at INTEGER,
    key BLOB NOT NULL,
    sealed BLOB NOT NULL
  ) STRICT;
  CREATE INDEX inbox_sealed ON inbox (tenant) WHERE substr(key, 1, 1) = x'03';
  CREATE UNIQUE INDEX inbox_id ON inbox (tenant, id);
  CREATE UNIQUE INDEX inbox_once ON inbox (tenant, once) WHERE once IS NOT NULL;
  CREATE INDEX inbox_line ON inbox (tenant, no);
  CREATE INDEX inbox_waiting ON inbox (tenant, no) WHERE state = 'waiting';
  CREATE INDEX inbox_expires ON inbox (expires_at) WHERE state = 'waiting';
  CREATE INDEX inbox_settled ON inbox (settled_at) WHERE settled_at IS NOT NULL;

  CREATE TABLE inbox_count (
    tenant TEXT NOT NULL,
    hook TEXT NOT NULL,
    waiting INTEGER NOT NULL,
    PRIMARY KEY (tenant, hook)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE hook (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    token BLOB NOT NULL UNIQUE,
    workflow BLOB NOT NULL,
    verify INTEGER NOT NULL,
    quota INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    key BLOB NOT NULL,
    sealed BLOB NOT NULL,
    code BLOB NOT NULL,
    PRIMARY KEY (tenant, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE delivery (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    hook TEXT NOT NULL,
    refused INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    run TEXT,
    item TEXT,
    repeated INTEGER NOT NULL,
    reason TEXT,
    replay_of TEXT,
    key BLOB NOT NULL,
    sealed BLOB NOT NULL
  ) STRICT;
  CREATE INDEX delivery_sealed ON delivery (tenant) WHERE substr(key, 1, 1) = x'03';
  CREATE UNIQUE INDEX delivery_id ON delivery (tenant, id);
  CREATE INDEX delivery_line ON delivery (tenant, hook, refused, no);
  CREATE INDEX delivery_expires ON delivery (expires_at);

  CREATE TABLE delivery_count (
    tenant TEXT NOT NULL,
    hook TEXT NOT NULL,
    refused INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (tenant, hook, refused)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE standing_grant (
    no INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    workflow BLOB NOT NULL,
    version INTEGER NOT NULL,
    names BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER,
    how TEXT,
    key BLOB NOT NULL,
    live BLOB,
    sealed BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX standing_grant_id ON standing_grant (tenant, id);
  CREATE UNIQUE INDEX standing_grant_workflow ON standing_grant (tenant, workflow) WHERE ended_at IS NULL;

  CREATE TABLE audit (
    tenant TEXT NOT NULL,
    seq INTEGER NOT NULL,
    body BLOB NOT NULL,
    key BLOB,
    sealed BLOB,
    mac BLOB NOT NULL,
    PRIMARY KEY (tenant, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX audit_sealed ON audit (tenant) WHERE substr(key, 1, 1) = x'03';
  `,
  ...laterSteps,
];
