// Thieves of the store, of backups and of key files, and another tenant: what each can open is tried on everything that is stored.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { signIn } from "../../src/client/sign-in.ts";
import { deleteTenant } from "../../src/client/tenants.ts";
import { callbackToken } from "../../src/engine/callbacks.ts";
import type { RunId, TenantId } from "../../src/value/id.ts";
import { EngineKeys } from "../../src/vault/engine-keys.ts";
import { EngineVault } from "../../src/vault/engine-vault.ts";
import { until } from "../process/until.ts";
import { ClaimStage, type Loot, type Tenant, unlock } from "./claim-stage.ts";
import { nameOf, openRecords } from "./open-records.ts";
import { type SealedRecord, sealedRecords } from "./sealed-records.ts";

const stage = new ClaimStage();
let ann: Tenant;
let bob: Tenant;
/** While Ann has active runs, a grant and an item in her inbox, and nobody is signed in. */
let backup: Loot;

before(async () => {
  await stage.start();
  ann = await stage.tenant();
  bob = await stage.tenant();
  for (const tenant of [ann, bob]) {
    await tenant.client.signOut(true);
    await stage.knock(tenant);
    await stage.closed("done", tenant);
  }
  backup = stage.steal();
});

after(() => stage.end());

const ownOf = ({ database }: Pick<Loot, "database">, { device }: Tenant) =>
  sealedRecords(database).filter(({ keyPlace }) => keyPlace.tenant === device.tenant);

const opened = (vault: EngineVault, records: readonly SealedRecord[]) =>
  openRecords(vault, records).map(nameOf).sort();

/** Of somebody who has no key file of ours: his own. */
function strangersVault(): EngineVault {
  const secrets = { epoch: 0, chain: randomBytes(32), integrity: randomBytes(32) };
  return new EngineVault(new EngineKeys(secrets, () => {}));
}

const everything = [
  ...["definition attended", "definition done", "definition granted", "definition kid", "definition parent"],
  ...["definition timed", "definition waits", "delivery POST", "grant granted", "hook done", "inbox start"],
  ...["incoming paid", "run attended", "run done", "run kid", "run parent", "run timed", "run waits"],
  ...["secret GRANTED", "secret NAMED", "secret UNNAMED", "trigger timed", "trigger timed"],
];
/** Active runs that are not attended, the grant, and what they name: nothing else. */
const live = [
  ...["definition granted", "definition kid", "definition parent", "definition waits", "grant granted"],
  ...["run kid", "run parent", "run waits", "secret GRANTED", "secret NAMED"],
];

/** Live from then on when everything else has ended. */
const present = ["definition waits", "run waits", "secret NAMED"];
let run: string;

test("with the tenant's key and the engine's everything opens, so that what does not open below is refused", () => {
  const found = opened(unlock(backup.vault(), ann), ownOf(backup, ann));
  assert.deepEqual(
    found.filter((name) => !name.startsWith("audit ")),
    everything,
  );
  assert.equal(found.length, ownOf(backup, ann).length);
  assert.ok(found.some((name) => name.startsWith("audit ")));
});

test("the thief of the store opens nothing", () => {
  assert.deepEqual(opened(strangersVault(), sealedRecords(backup.database)), []);
});

test("who has the engine's key as well opens active runs, grants and what they name, and no ended run, inbox or audit text", () => {
  assert.deepEqual(opened(backup.vault(), ownOf(backup, ann)), live);
});

test("who has the engine's key as well can guess names, the thief of the store cannot", () => {
  const names = sealedRecords(backup.database).map(({ keyPlace }) => keyPlace.row);
  const guess = (vault: EngineVault) =>
    names.includes(
      Buffer.from(vault.hash(ann.device.tenant as TenantId, "workflow", "attended")).toString("hex"),
    );
  assert.ok(guess(backup.vault()));
  assert.ok(!guess(strangersVault()));
  assert.ok(!names.includes("attended"));
});

test("another tenant's key opens nothing but that tenant's", () => {
  assert.deepEqual(opened(unlock(strangersVault(), bob), ownOf(backup, ann)), []);
  const asBob = unlock(backup.vault(), bob);
  assert.equal(opened(asBob, ownOf(backup, bob)).length, ownOf(backup, bob).length);
  assert.deepEqual(opened(asBob, ownOf(backup, ann)), live, "no more than the engine's key opens");
});

/** Starts a run of Ann's that waits, when those before have been cancelled. */
async function startAnew(cancelled: readonly string[]): Promise<string> {
  await stage.start();
  const { client } = await signIn(stage.at(ann.device));
  for (const run of cancelled) {
    await client.cancelRun(run, false);
    await until(client, run, ({ ended_at }) => ended_at !== null);
  }
  const [grant] = (await client.listGrants()).grants;
  if (grant?.ended_at === null) await client.revokeGrant(grant.id);
  const { run } = await client.startRun("waits", { body: "1" });
  await until(client, run, ({ status }) => status === "waiting");
  await client.signOut(true);
  return run;
}

test("ended runs open with backup and key until their epoch is destroyed, and then with neither later key nor later data", async () => {
  await stage.stop();
  run = await startAnew([ann.runs.waits, ann.runs.parent, ann.runs.attended]);
  await stage.closed("granted", ann);
  const soon = stage.steal();
  assert.deepEqual(
    opened(soon.vault(), ownOf(soon, ann)),
    present,
    "what has ended does not open in the present data",
  );
  assert.deepEqual(
    opened(soon.vault(), ownOf(backup, ann)),
    live,
    "the backup opens while its epoch is not destroyed",
  );
  await stage.stop();
  await stage.passDays(2);
  const later = stage.steal();
  assert.deepEqual(opened(later.vault(), ownOf(backup, ann)), [], "the backup with the key of now");
  assert.deepEqual(opened(backup.vault(), ownOf(backup, ann)), live, "the backup with the key of then");
  assert.deepEqual(opened(later.vault(), ownOf(later, ann)), present, "the store of now with the key of now");
  assert.deepEqual(
    opened(backup.vault(), ownOf(later, ann)),
    present,
    "the store of now with the key of then",
  );
});

test("a key file of then makes the keys of later epochs, until the engine's key is begun anew", async () => {
  const before = stage.steal();
  assert.deepEqual(opened(backup.vault(), ownOf(before, ann)), present);
  await stage.start();
  await deleteTenant(stage.at(bob.device));
  const { client } = await signIn(stage.at(ann.device));
  await client.cancelRun(run, false);
  await until(client, run, ({ ended_at }) => ended_at !== null);
  await client.signOut(true);
  await stage.closed("waits", ann);
  await stage.stop();
  await stage.reseed();
  run = await startAnew([]);
  const later = stage.steal();
  assert.deepEqual(opened(later.vault(), ownOf(later, ann)), present);
  assert.deepEqual(opened(backup.vault(), ownOf(later, ann)), []);
  const callback = { tenant: ann.device.tenant as TenantId, run: run as RunId, step: 0, item: null };
  assert.equal(
    callbackToken(backup.vault(), callback),
    callbackToken(later.vault(), callback),
    "addresses of callbacks stay within his reach, as the claim says",
  );
});
