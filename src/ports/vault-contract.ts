// What every vault must do: cases that throw when it does not.

import { assert } from "../value/assert.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError, type ErrorCode } from "../value/problem.ts";
import type { DataKey, Place, Vault } from "./vault.ts";

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
  { name: "opens what it sealed, also when empty or large", run: opensWhatItSealed },
  { name: "opens after a restart, by the unwrapped key", run: opensAfterRestart },
  { name: "seals equal text differently each time", run: sealsDifferently },
  { name: "does not open a value with any byte altered", run: refusesAlteredValue },
  { name: "does not open a value that was cut or lengthened", run: refusesOtherLength },
  { name: "does not open a value elsewhere", run: refusesMovedValue },
  { name: "does not open a value with another data key", run: refusesOtherKey },
  { name: "does not unwrap a key with any byte altered", run: refusesAlteredKey },
  { name: "does not unwrap a key elsewhere, cut or lengthened", run: refusesMovedKey },
  { name: "does not take a sealed value for a wrapped key", run: tellsKeysFromValues },
  { name: "says locked for a key of another engine", run: saysLocked },
  { name: "hashes alike for the same tenant, field and text only", run: hashes },
];

function opensWhatItSealed({ vault }: VaultSubject): void {
  const { key } = vault.createKey(home);
  for (const size of [0, 1, 15, 16, 17, 1000, 70_000]) {
    const plain = sample(size);
    assert(equal(vault.open(key, home, vault.seal(key, home, plain)), plain), `${size} bytes come back`);
  }
}

function opensAfterRestart({ vault, restarted }: VaultSubject): void {
  const { key, wrapped } = vault.createKey(home);
  const sealed = vault.seal(key, home, sample(100));
  const again = restarted.unwrapKey(home, wrapped);
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

function refusesAlteredKey({ vault }: VaultSubject): void {
  const { wrapped } = vault.createKey(home);
  // Where the id of the engine's key is altered, the vault can only say that it has no such key.
  eachAltered(wrapped, (altered, at) =>
    mustThrow(["sealed_data_damaged", "locked"], `byte ${at}`, () => vault.unwrapKey(home, altered)),
  );
}

function refusesMovedKey({ vault }: VaultSubject): void {
  const { wrapped } = vault.createKey(home);
  for (const place of elsewhere) {
    mustThrow(["sealed_data_damaged"], JSON.stringify(place), () => vault.unwrapKey(place, wrapped));
  }
  for (let size = 0; size < wrapped.length; size++) {
    mustThrow(["sealed_data_damaged"], `${size} bytes`, () =>
      vault.unwrapKey(home, wrapped.subarray(0, size)),
    );
  }
  mustThrow(["sealed_data_damaged"], "a byte more", () => vault.unwrapKey(home, lengthened(wrapped)));
}

function tellsKeysFromValues({ vault }: VaultSubject): void {
  const { key, wrapped } = vault.createKey(home);
  const refusals: readonly ErrorCode[] = ["sealed_data_damaged", "locked"];
  for (const size of [24, 32, 40]) {
    mustThrow(refusals, `${size} bytes`, () => vault.unwrapKey(home, vault.seal(key, home, sample(size))));
  }
  mustThrow(["sealed_data_damaged"], "a wrapped key", () => vault.open(key, home, wrapped));
}

function saysLocked({ vault, stranger }: VaultSubject): void {
  const { wrapped } = vault.createKey(home);
  mustThrow(["locked"], "a stranger", () => stranger.unwrapKey(home, wrapped));
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

function mustThrow(codes: readonly ErrorCode[], what: string, action: () => DataKey | Uint8Array): void {
  try {
    action();
  } catch (error) {
    const code = error instanceof DispatchedError ? error.code : null;
    assert(
      code !== null && codes.includes(code),
      `${what}: refused by ${codes.join(" or ")}, not ${code ?? error}`,
    );
    return;
  }
  assert(false, `${what}: is refused`);
}

function eachAltered(bytes: Uint8Array, check: (altered: Uint8Array, at: number) => void): void {
  for (let at = 0; at < bytes.length; at++) {
    for (const mask of [0x01, 0x80, 0xff]) {
      const altered = new Uint8Array(bytes);
      altered[at] = (altered[at] as number) ^ mask;
      check(altered, at);
    }
  }
}

function lengthened(bytes: Uint8Array): Uint8Array {
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes);
  return longer;
}

function sample(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 31 + 7) % 256);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
