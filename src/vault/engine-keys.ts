// The engine's keys of all epochs that are not retired: a chain that goes forward only, kept in memory and in the key file.

import type { KeyObject } from "node:crypto";
import type { EpochKeys } from "../ports/epoch-keys.ts";
import { assert } from "../value/assert.ts";
import { DispatchedError } from "../value/problem.ts";
import {
  deriveEngineKey,
  deriveEpochKey,
  type EngineSecrets,
  type EpochKey,
  epochsMax,
  laterLink,
} from "./engine-key.ts";
import { type EngineKeyFileOptions, openEngineKeyFile, ratchetEngineKeyFile } from "./engine-key-file.ts";

/** Puts `after`, or what a later one left there already, durably in the place of `before`; or throws and leaves it as it was. */
export type ReplaceSecrets = (before: EngineSecrets, after: EngineSecrets) => void;

/** A node that has not looked for a while is behind by one; this many are made out of what it has not heard of. */
const aheadMax = 8;

/**
 * Knows the epochs from `oldest` to `current`, and some later ones; `advanceTo` makes more known and `ratchetTo` gives up
 * earlier ones. A key is derived once, when its epoch becomes known.
 */
export class EngineKeys implements EpochKeys {
  /** Of lookup hashes; the same in every epoch. */
  readonly lookupKey: KeyObject;
  /** Of handshakes' cookies; the same in every epoch. */
  readonly cookieKey: KeyObject;
  /** Of the codes of tenants' rows; the same in every epoch. */
  readonly tenantRowKey: KeyObject;
  /** Of the codes of audit entries; the same in every epoch. */
  readonly auditKey: KeyObject;
  /** Of the codes of data keys that are sealed to tenants; the same in every epoch. */
  readonly sealCodeKey: KeyObject;
  /** 16 bytes that tell which key file the data belong to; the same in every epoch, not secret. */
  readonly check: Uint8Array;
  readonly #replace: ReplaceSecrets;
  readonly #keys = new Map<number, EpochKey>();
  readonly #epochs = new Map<string, number>();
  #secrets: EngineSecrets;
  #current: number;
  #known: number;

  /** `secrets` become this object's own: it overwrites them when they are given up. */
  constructor(secrets: EngineSecrets, replace: ReplaceSecrets) {
    const { lookupKey, cookieKey, tenantRowKey, auditKey, sealCodeKey, check, ...current } =
      deriveEngineKey(secrets);
    this.lookupKey = lookupKey;
    this.cookieKey = cookieKey;
    this.tenantRowKey = tenantRowKey;
    this.auditKey = auditKey;
    this.sealCodeKey = sealCodeKey;
    this.check = check;
    this.#replace = replace;
    this.#secrets = secrets;
    this.#current = secrets.epoch;
    this.#known = secrets.epoch;
    this.#know(secrets.epoch, current);
  }

  /** Over the key file. Errors: those of `openEngineKeyFile`. */
  static open(options: EngineKeyFileOptions): EngineKeys {
    const replace: ReplaceSecrets = (before, after) =>
      ratchetEngineKeyFile(options.keysFolder, before, after);
    return new EngineKeys(openEngineKeyFile(options), replace);
  }

  /** The oldest epoch whose key can still be made. */
  get oldest(): number {
    return this.#secrets.epoch;
  }

  /** The latest epoch that this node has heard of: what it wraps, it wraps under that. */
  get current(): number {
    return this.#current;
  }

  /**
   * Makes the epochs up to `epoch` known, and it the current one; an earlier one changes nothing. `locked` for one 100,000
   * or more after the oldest.
   */
  advanceTo(epoch: number): void {
    assert(Number.isSafeInteger(epoch) && epoch >= 0, "an epoch is a whole number from 0 on");
    if (epoch - this.oldest >= epochsMax) throw locked(epoch, "lies too far ahead");
    if (epoch <= this.#current) return;
    this.#knowUpTo(epoch);
    this.#current = epoch;
  }

  /** What wraps in `epoch`. `locked` for one before the oldest, or one that is not known. */
  key(epoch: number): EpochKey {
    return this.#keyOf(epoch);
  }

  /** As `epochOf`: the key. */
  byId(id: Uint8Array): EpochKey | null {
    const epoch = this.epochOf(id);
    return epoch === null ? null : this.#keyOf(epoch);
  }

  /**
   * 8 bytes that name the key of `epoch` in what it wraps, be it known yet or not; not secret. `locked` for one before the
   * oldest, or 100,000 or more after it.
   */
  id(epoch: number): Uint8Array {
    if (epoch <= this.#known) return this.#keyOf(epoch).id;
    if (epoch - this.oldest >= epochsMax) throw locked(epoch, "lies too far ahead");
    const link = laterLink(this.#secrets.chain, epoch - this.oldest);
    const { id } = deriveEpochKey(link);
    link.fill(0);
    return id;
  }

  /**
   * The epoch whose key has this id, or null: its key was given up, or is of another chain. Another node may have begun an
   * epoch of which this one has not heard.
   */
  epochOf(id: Uint8Array): number | null {
    const found = this.#epochs.get(hex(id));
    if (found !== undefined) return found;
    this.#knowUpTo(this.#current + aheadMax);
    return this.#epochs.get(hex(id)) ?? null;
  }

  /**
   * Gives up the keys of all epochs before `epoch`, in the file first and then in memory; when it returns that is durable.
   * Does nothing for the oldest epoch or one before it. One after the current is a broken invariant. Throws what replacing
   * the file threw; the keys are then as they were.
   */
  ratchetTo(epoch: number): void {
    assert(epoch <= this.#current, "the key of the current epoch is never given up");
    if (epoch <= this.oldest) return;
    const before = this.#secrets;
    const chain = laterLink(before.chain, epoch - before.epoch);
    const after = { epoch, chain, integrity: before.integrity };
    try {
      this.#replace(before, after);
    } catch (error) {
      chain.fill(0);
      throw error;
    }
    this.#secrets = after;
    before.chain.fill(0);
    for (let old = before.epoch; old < epoch; old++) {
      const given = this.#keyOf(old);
      given.deriveKey.fill(0);
      this.#epochs.delete(hex(given.id));
      this.#keys.delete(old);
    }
  }

  #knowUpTo(epoch: number): void {
    if (epoch <= this.#known) return;
    let link = laterLink(this.#secrets.chain, this.#known + 1 - this.oldest);
    for (let next = this.#known + 1; next <= epoch; next++) {
      this.#know(next, deriveEpochKey(link));
      const later = laterLink(link, 1);
      link.fill(0);
      link = later;
    }
    link.fill(0);
  }

  #know(epoch: number, key: EpochKey): void {
    this.#keys.set(epoch, key);
    this.#epochs.set(hex(key.id), epoch);
    this.#known = epoch;
  }

  #keyOf(epoch: number): EpochKey {
    const key = this.#keys.get(epoch);
    if (key === undefined) throw locked(epoch, epoch < this.oldest ? "was given up" : "is not known yet");
    return key;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function locked(epoch: number, why: string): DispatchedError {
  return new DispatchedError("locked", `The engine's key of epoch ${epoch} ${why}.`, {
    hint: "Start the engine with the key file that these data were sealed with.",
  });
}
