// What every vault must do: cases that throw when it does not.

import { assert } from "../value/assert.ts";
import type { TenantId } from "../value/id.ts";
import type { ErrorCode } from "../value/problem.ts";
import type { Place, SessionTerms, TenantKeys, Vault } from "./vault.ts";
import { eachAltered, equal, lengthened, mustThrow, sample } from "./vault-contract/expect.ts";

export interface VaultSubject {
  readonly vault: Vault;
  /** Another vault on the same engine key, as after a restart. */
  readonly restarted: Vault;
  /** A vault on another engine key. */
  readonly stranger: Vault;
}

export interface VaultContractCase {
  readonly name: string;
  run(subject: VaultSubject): void;
}

const home: Place = {
  tenant: "ten_0123" as TenantId,
  table: "event",
  column: "body",
  row: "run_0123",
  version: 7,
};

const newKeys: TenantKeys = { generation: 1, sealKey: null, check: null };
const terms: SessionTerms = { token: "dst_sess_0123", expiresAt: 1_750_000_000_000 };

function wrappingKey(fill: number): Uint8Array {
  return new Uint8Array(32).fill(fill);
}

function signIn(vault: Vault, fill = 7): TenantKeys {
  return vault.unlock(home.tenant, newKeys, wrappingKey(fill));
}

/** Places that differ from `home` in one part each, and two whose parts joined would read alike. */
const elsewhere: readonly Place[] = [
  { ...home, tenant: "ten_0124" as TenantId },
  { ...home, table: "run" },
  { ...home, column: "key" },
  { ...home, row: "run_0124" },
  { ...home, version: 8 },
  { ...home, version: 7 + 2 ** 32 },
  { ...home, column: "bod", row: "yrun_0123" },
  { ...home, tenant: "ten_0123event" as TenantId, table: "" as Place["table"] },
];

export const vaultContract: readonly VaultContractCase[] = [
  {
    name: "opens what it sealed, also when empty or large",
    run: (subject) => opensWhatItSealed(open(subject)),
  },
  { name: "opens after a restart, by the unwrapped key", run: (subject) => opensAfterRestart(open(subject)) },
  { name: "seals equal text differently each time", run: (subject) => sealsDifferently(open(subject)) },
  {
    name: "does not open a value with any byte altered",
    run: (subject) => refusesAlteredValue(open(subject)),
  },
  {
    name: "does not open a value that was cut or lengthened",
    run: (subject) => refusesOtherLength(open(subject)),
  },
  { name: "does not open a value elsewhere", run: (subject) => refusesMovedValue(open(subject)) },
  { name: "does not open a value with another data key", run: (subject) => refusesOtherKey(open(subject)) },
  { name: "does not unwrap a key with any byte altered", run: (subject) => refusesAlteredKey(open(subject)) },
  {
    name: "does not unwrap a key elsewhere, cut or lengthened",
    run: (subject) => refusesMovedKey(open(subject)),
  },
  { name: "wraps what is live anew for the present epoch", run: rewraps },
  {
    name: "does not take a sealed value for a wrapped key",
    run: (subject) => tellsKeysFromValues(open(subject)),
  },
  { name: "says locked for a key of another engine", run: saysLocked },
  { name: "opens only what is live while nobody is signed in", run: opensLiveOnly },
  { name: "opens the key of a child under the key of the run at the top", run: opensUnderRoot },
  { name: "makes live what was not", run: makesLive },
  { name: "seals to a tenant who is not signed in", run: sealsToAbsent },
  { name: "refuses a wrong wrapping key, and changes nothing", run: refusesWrongKey },
  { name: "opens again by a session's token with the engine's key, and by no other", run: opensBySession },
  { name: "makes codes that depend on key, place and text, alike after a restart", run: makesCodes },
  { name: "makes codes of rows and audit entries that another engine does not make", run: makesRowCodes },
  { name: "hashes alike for the same tenant, field and text only", run: hashes },
];

/** The subject, with the tenant signed in at each vault. */
function open(subject: VaultSubject): VaultSubject {
  for (const vault of [subject.vault, subject.restarted, subject.stranger]) signIn(vault);
  return subject;
}

function opensWhatItSealed({ vault }: VaultSubject): void {
  const { key } = vault.createKey(home);
  for (const size of [0, 1, 15, 16, 17, 1000, 70_000]) {
    const plain = sample(size);
    assert(equal(vault.open(key, home, vault.seal(key, home, plain)), plain), `${size} bytes come back`);
  }
}

function opensAfterRestart({ vault, restarted }: VaultSubject): void {
  const { key, kept } = vault.createKey(home);
  const sealed = vault.seal(key, home, sample(100));
  const again = restarted.unwrapKey(home, kept);
  assert(again.id === key.id, "the key keeps its id");
  assert(equal(restarted.open(again, home, sealed), sample(100)), "the value comes back");
  assert(
    equal(vault.open(key, home, restarted.seal(again, home, sample(9))), sample(9)),
    "and the other way round",
  );
}

function sealsDifferently({ vault }: VaultSubject): void {
  const { key } = vault.createKey(home);
  const first = vault.seal(key, home, sample(50));
  assert(!equal(first, vault.seal(key, home, sample(50))), "two seals of one text differ");
  assert(vault.createKey(home).key.id !== key.id, "two keys differ");
}

function refusesAlteredValue({ vault }: VaultSubject): void {
  const { key } = vault.createKey(home);
  const sealed = vault.seal(key, home, sample(40));
  eachAltered(sealed, (altered, at) =>
    mustThrow(["sealed_data_damaged"], `byte ${at}`, () => vault.open(key, home, altered)),
  );
}

function refusesOtherLength({ vault }: VaultSubject): void {
  const { key } = vault.createKey(home);
  const sealed = vault.seal(key, home, sample(40));
  for (let size = 0; size < sealed.length; size++) {
    mustThrow(["sealed_data_damaged"], `${size} bytes`, () =>
      vault.open(key, home, sealed.subarray(0, size)),
    );
  }
  mustThrow(["sealed_data_damaged"], "a byte more", () => vault.open(key, home, lengthened(sealed)));
}

function refusesMovedValue({ vault }: VaultSubject): void {
  const { key } = vault.createKey(home);
  const sealed = vault.seal(key, home, sample(40));
  for (const place of elsewhere) {
    mustThrow(["sealed_data_damaged"], JSON.stringify(place), () => vault.open(key, place, sealed));
  }
}

function refusesOtherKey({ vault }: VaultSubject): void {
  const { key } = vault.createKey(home);
  const other = vault.createKey(home).key;
  mustThrow(["sealed_data_damaged"], "another key", () =>
    vault.open(other, home, vault.seal(key, home, sample(40))),
  );
}

function refusesAlteredKey({ vault, restarted }: VaultSubject): void {
  const { key: made, kept } = vault.createKey(home, { live: true });
  restarted.lock(home.tenant);
  // Where the id of a key is altered, the vault can only say that it has no such key.
  const refusals: readonly ErrorCode[] = ["sealed_data_damaged", "locked"];
  eachAltered(kept.key, (key, at) =>
    mustThrow(refusals, `byte ${at}`, () => vault.unwrapKey(home, { key, live: null })),
  );
  for (const live of [kept.live as Uint8Array, vault.wrapLive(home, made)]) {
    eachAltered(live, (altered, at) =>
      mustThrow(refusals, `byte ${at}`, () => restarted.unwrapKey(home, { key: kept.key, live: altered })),
    );
  }
}

function refusesMovedKey({ vault, restarted }: VaultSubject): void {
  const { kept } = vault.createKey(home, { live: true });
  const live = kept.live as Uint8Array;
  restarted.lock(home.tenant);
  for (const place of elsewhere) {
    const what = JSON.stringify(place);
    mustThrow(["sealed_data_damaged", "locked"], what, () => vault.unwrapKey(place, { ...kept, live: null }));
    mustThrow(["sealed_data_damaged"], what, () => restarted.unwrapKey(place, kept));
  }
  for (let size = 0; size < kept.key.length; size++) {
    const key = kept.key.subarray(0, size);
    mustThrow(["sealed_data_damaged"], `${size} bytes`, () => vault.unwrapKey(home, { key, live: null }));
  }
  for (let size = 0; size < live.length; size++) {
    const cut = { key: kept.key, live: live.subarray(0, size) };
    mustThrow(["sealed_data_damaged"], `${size} bytes`, () => restarted.unwrapKey(home, cut));
  }
  const longer = { key: kept.key, live: lengthened(live) };
  mustThrow(["sealed_data_damaged"], "a byte more", () => restarted.unwrapKey(home, longer));
  const kinds = [
    { key: live, live: null },
    { key: kept.key, live: kept.key },
  ];
  for (const swapped of kinds) {
    mustThrow(["sealed_data_damaged", "locked"], "one wrap for the other", () =>
      restarted.unwrapKey(home, swapped),
    );
  }
}

function tellsKeysFromValues({ vault }: VaultSubject): void {
  const { key, kept } = vault.createKey(home);
  const refusals: readonly ErrorCode[] = ["sealed_data_damaged", "locked"];
  for (const size of [24, 32, 40]) {
    const sealed = { key: vault.seal(key, home, sample(size)), live: null };
    mustThrow(refusals, `${size} bytes`, () => vault.unwrapKey(home, sealed));
  }
  mustThrow(["sealed_data_damaged"], "a wrapped key", () => vault.open(key, home, kept.key));
}

function saysLocked({ vault, stranger }: VaultSubject): void {
  signIn(vault);
  const { kept } = vault.createKey(home, { live: true });
  mustThrow(["locked"], "a stranger", () => stranger.unwrapKey(home, kept));
  signIn(stranger, 8);
  mustThrow(["locked"], "a stranger with another key", () =>
    stranger.unwrapKey(home, { ...kept, live: null }),
  );
}

function opensLiveOnly({ vault, restarted }: VaultSubject): void {
  assert(!vault.isOpen(home.tenant), "nobody is signed in at first");
  mustThrow(["locked"], "no key is made", () => vault.createKey(home, { live: true }).key);
  const stored = signIn(vault);
  assert(vault.isOpen(home.tenant), "signed in");
  const live = vault.createKey(home, { live: true });
  const only = vault.createKey(home);
  assert(only.kept.live === null, "a key is not live unless it is asked for");
  restarted.admit(home.tenant, stored);
  assert(restarted.unwrapKey(home, live.kept).id === live.key.id, "what is live opens");
  mustThrow(["locked"], "what is not live", () => restarted.unwrapKey(home, only.kept));
  vault.lock(home.tenant);
  assert(!vault.isOpen(home.tenant), "signed out");
  mustThrow(["locked"], "after signing out", () => vault.unwrapKey(home, only.kept));
}

function opensUnderRoot({ vault, restarted }: VaultSubject): void {
  const stored = signIn(vault);
  const root = vault.createKey(home, { live: true });
  const place = { ...home, row: "run_child" };
  const child = vault.createKey(place, { under: root.key });
  restarted.admit(home.tenant, stored);
  mustThrow(["locked"], "without the root's key", () => restarted.unwrapKey(place, child.kept));
  const rootKey = restarted.unwrapKey(home, root.kept);
  assert(restarted.unwrapKey(place, child.kept, rootKey).id === child.key.id, "the child's key opens");
  const other = vault.createKey(home);
  restarted.lock(home.tenant);
  mustThrow(["locked"], "another root", () => restarted.unwrapKey(place, child.kept, other.key));
  signIn(restarted);
  assert(restarted.unwrapKey(place, child.kept).id === child.key.id, "and the tenant's key opens it, too");
}

function makesLive({ vault, restarted }: VaultSubject): void {
  restarted.admit(home.tenant, signIn(vault));
  const { key, kept } = vault.createKey(home);
  const live = vault.wrapLive(home, key);
  assert(restarted.unwrapKey(home, { ...kept, live }).id === key.id, "it opens");
}

function rewraps({ vault, restarted, stranger }: VaultSubject): void {
  restarted.admit(home.tenant, signIn(vault));
  const { kept, key } = vault.createKey(home, { live: true });
  const before = kept.live as Uint8Array;
  const next = vault.epochs.oldest + 1;
  vault.epochs.advanceTo(next);
  const live = vault.rewrapLive(home, before) as Uint8Array;
  assert(equal(live.subarray(1, 9), vault.epochs.id(next)), "it names the present epoch");
  assert(
    restarted.unwrapKey(home, { ...kept, live }).id === key.id,
    "also where nobody has heard of the epoch",
  );
  assert(
    equal(restarted.wrapLive(home, key).subarray(1, 9), before.subarray(1, 9)),
    "it is not taken up there",
  );
  restarted.epochs.advanceTo(next);
  assert(restarted.unwrapKey(home, kept).id === key.id, "the epoch before opens still");
  for (const place of elsewhere) assert(vault.rewrapLive(place, before) === null, "not elsewhere");
  eachAltered(before, (altered, at) => assert(vault.rewrapLive(home, altered) === null, `byte ${at}`));
  assert(vault.rewrapLive(home, kept.key) === null, "another kind of wrap");
  assert(stranger.rewrapLive(home, before) === null, "another engine's");
  restarted.epochs.ratchetTo(next);
  assert(restarted.rewrapLive(home, before) === null, "of an epoch that was given up");
  mustThrow(["locked"], "of an epoch that was given up", () => restarted.unwrapKey(home, kept));
}

function sealsToAbsent({ vault, restarted }: VaultSubject): void {
  const stored = signIn(vault);
  restarted.admit(home.tenant, stored);
  const root = restarted.createKey(home);
  mustThrow(["locked"], "by who sealed it", () => restarted.unwrapKey(home, root.kept));
  assert(vault.unwrapKey(home, root.kept).id === root.key.id, "the tenant opens it");
  for (const at of [restarted, vault]) {
    const again = { key: at.wrapForTenant(home, root.key, root.kept.key), live: null };
    assert(vault.unwrapKey(home, again).id === root.key.id, "also wrapped again, signed in or not");
    for (const there of elsewhere) {
      mustThrow(["sealed_data_damaged", "locked"], "elsewhere", () => vault.unwrapKey(there, again));
    }
  }
  const place = { ...home, row: "run_child" };
  const child = restarted.createKey(place, { live: true, under: root.key });
  assert(restarted.unwrapKey(place, child.kept, root.key).id === child.key.id, "under the root's key");
  assert(vault.unwrapKey(place, child.kept).id === child.key.id, "and for the tenant");
  const refusals: readonly ErrorCode[] = ["sealed_data_damaged", "locked"];
  for (const there of elsewhere) {
    mustThrow(refusals, JSON.stringify(there), () => vault.unwrapKey(there, root.kept));
  }
  eachAltered(root.kept.key, (key, at) =>
    mustThrow(refusals, `byte ${at}`, () => vault.unwrapKey(home, { key, live: null })),
  );
  for (let size = 0; size < root.kept.key.length; size++) {
    const cut = { key: root.kept.key.subarray(0, size), live: null };
    mustThrow(refusals, `${size} bytes`, () => vault.unwrapKey(home, cut));
  }
}

function refusesWrongKey({ vault, restarted }: VaultSubject): void {
  const stored = signIn(vault);
  assert(stored.sealKey?.length === 32 && stored.check?.length === 32, "keys to store are given");
  const { kept } = vault.createKey(home);
  for (const bad of [wrappingKey(8), wrappingKey(7).subarray(1), new Uint8Array(0)]) {
    for (const at of [vault, restarted]) {
      mustThrow(["wrong_key"], "a wrong key", () => at.unlock(home.tenant, stored, bad).check as Uint8Array);
    }
  }
  assert(!restarted.isOpen(home.tenant), "a wrong key opens nothing");
  vault.unwrapKey(home, kept);
  const again = restarted.unlock(home.tenant, stored, wrappingKey(7));
  assert(equal(again.sealKey as Uint8Array, stored.sealKey), "the seal key is the same for the same key");
}

function opensBySession({ vault, restarted, stranger }: VaultSubject): void {
  const stored = signIn(vault);
  const { kept } = vault.createKey(home);
  const { sealed, epoch } = vault.sealSession(home.tenant, terms);
  assert(Number.isSafeInteger(epoch) && epoch >= 0, "it says the epoch");
  const refused = [
    stranger.unlockBySession(home.tenant, stored, terms, sealed),
    restarted.unlockBySession(home.tenant, stored, { ...terms, token: `${terms.token}4` }, sealed),
    restarted.unlockBySession(home.tenant, stored, { ...terms, expiresAt: terms.expiresAt + 1 }, sealed),
    restarted.unlockBySession("ten_0124" as TenantId, stored, terms, sealed),
    restarted.unlockBySession(home.tenant, { ...stored, generation: 2 }, terms, sealed),
  ];
  assert(!refused.includes(true), "another engine, token, end, tenant or generation opens nothing");
  eachAltered(sealed, (altered, at) =>
    assert(!restarted.unlockBySession(home.tenant, stored, terms, altered), `byte ${at} altered`),
  );
  assert(restarted.unlockBySession(home.tenant, stored, terms, sealed), "the token opens");
  restarted.unwrapKey(home, kept);
}

function makesCodes({ vault, restarted }: VaultSubject): void {
  const stored = signIn(vault);
  restarted.unlock(home.tenant, stored, wrappingKey(7));
  const { key, kept } = vault.createKey(home);
  const code = vault.codeBy(key, home, "a");
  assert(code.length === 16, "a code has 16 bytes");
  assert(equal(restarted.codeBy(restarted.unwrapKey(home, kept), home, "a"), code), "after a restart");
  const others = [
    vault.codeBy(vault.createKey(home).key, home, "a"),
    vault.codeBy(key, { ...home, row: "run_0124" }, "a"),
    vault.codeBy(key, home, "b"),
  ];
  assert(
    others.every((other) => !equal(other, code)),
    "another key, place or text",
  );
}

function makesRowCodes({ vault, restarted, stranger }: VaultSubject): void {
  const fields = sample(60);
  for (const make of ["codeOfRow", "codeOfEntry"] as const) {
    const code = vault[make](fields);
    assert(code.length === 32 && equal(restarted[make](fields), code), "32 bytes, the same after a restart");
    assert(!equal(stranger[make](fields), code), "another engine makes another");
    eachAltered(fields, (altered, at) => assert(!equal(vault[make](altered), code), `byte ${at} altered`));
  }
  assert(!equal(vault.codeOfRow(fields), vault.codeOfEntry(fields)), "a row's code is not an entry's");
}

function hashes({ vault, restarted, stranger }: VaultSubject): void {
  const [tenant, other] = ["ten_0123" as TenantId, "ten_0124" as TenantId];
  const hash = vault.hash(tenant, "label", "kunde=ä");
  assert(hash.length === 16, "a hash has 16 bytes");
  assert(equal(hash, restarted.hash(tenant, "label", "kunde=ä")), "the same again");
  const different = [
    vault.hash(other, "label", "kunde=ä"),
    vault.hash(tenant, "workflow", "kunde=ä"),
    vault.hash(tenant, "label", "kunde=a"),
    vault.hash(tenant, "label", ""),
    vault.hash("ten_0123label" as TenantId, "label", "kunde=ä"),
    stranger.hash(tenant, "label", "kunde=ä"),
  ];
  for (const one of different)
    assert(!equal(hash, one), "another tenant, field, text or engine hashes differently");
}
