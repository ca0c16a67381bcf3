// The form of C2SP's Wycheproof suites, as far as ours use it.

import type { SuiteResult } from "./suite.ts";

export interface WycheproofGroup<Case> {
  readonly keySize: number;
  readonly ivSize?: number;
  readonly tagSize?: number;
  readonly tests: readonly (Case & {
    readonly tcId: number;
    readonly result: "valid" | "invalid" | "acceptable";
  })[];
}

/** Runs `judge` over every case: true when our code accepts it. It must be what `expect` says. */
export function runWycheproof<Case>(
  text: string,
  judge: (one: Case, group: WycheproofGroup<Case>) => boolean,
  expect: (valid: boolean, group: WycheproofGroup<Case>) => boolean = (valid) => valid,
): SuiteResult {
  const { testGroups } = JSON.parse(text) as { readonly testGroups: readonly WycheproofGroup<Case>[] };
  const failures: string[] = [];
  let cases = 0;
  for (const group of testGroups) {
    for (const one of group.tests) {
      cases++;
      const expected = expect(one.result === "valid", group);
      if (judge(one, group) !== expected)
        failures.push(`case ${one.tcId}: must be ${expected ? "accepted" : "refused"}`);
    }
  }
  return { cases, failures };
}

export function bytes(hex: string): Uint8Array {
  return Buffer.from(hex, "hex");
}
