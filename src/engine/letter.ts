// A command in a run's mailbox, and what its sender hears.

import type { CommandBody, RejectionCode } from "../run/command.ts";
import { assert } from "../value/assert.ts";
import type { RunId } from "../value/id.ts";

/** What a command's sender hears, once what was decided is durable. */
export interface Reply {
  decided(rejection: RejectionCode | null): void;
  /** No place is free for a new run: false when it must not wait in line, and the sender has been told. */
  slotTaken?(): boolean;
  /** The run was started before by the same key. */
  exists?(run: RunId): void;
  failed(error: unknown): void;
}

export interface Letter {
  command: CommandBody;
  readonly reply: Reply | null;
}

export function answerAll(letters: readonly Letter[], rejections: readonly (RejectionCode | null)[]): void {
  assert(letters.length === rejections.length, "every letter was decided");
  letters.forEach((letter, index) => {
    letter.reply?.decided(rejections[index] ?? null);
  });
}

export function refuseAll(letters: readonly Letter[], error: unknown): void {
  for (const { reply } of letters) reply?.failed(error);
}

/** The same key started `run` before: who started is told, everybody else hears `error`. */
export function yieldAll(letters: readonly Letter[], run: RunId, error: unknown): void {
  for (const { reply } of letters) {
    if (reply?.exists !== undefined) reply.exists(run);
    else reply?.failed(error);
  }
}

/** What is decided again when no place is free: a new run waits in line; one that waits goes on waiting. */
export function lettersInLine(letters: readonly Letter[]): readonly Letter[] {
  return letters.filter((letter) => {
    const { command, reply } = letter;
    if (command.type === "start") {
      reply?.decided(null);
      return false;
    }
    if (command.type !== "create" || command.slot === undefined) return true;
    letter.command = { ...command, slot: { ...command.slot, free: false } };
    return reply?.slotTaken?.() !== false;
  });
}
