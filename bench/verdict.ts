// How a measure ends: 0 met, 1 missed, 2 where the machine was too busy to tell.

/**
 * @param missed What was wanted and is not so.
 * @param doubt Why a figure of this machine is to be believed no more than that; null for no doubt.
 */
export function conclude(missed: readonly string[], doubt: string | null): void {
  for (const one of missed) console.log(`MISSED: ${one}`);
  if (doubt !== null) console.log(`NO VERDICT: ${doubt}; run it on a quiet machine`);
  process.exitCode = missed.length > 0 ? 1 : doubt === null ? 0 : 2;
}
