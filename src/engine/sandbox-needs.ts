// Has the sandbox compute what decisions need.

import type { Evaluated } from "../language/workflow.ts";
import type { Sandbox } from "../ports/sandbox.ts";
import type { Computed, ComputedValue, Need } from "../run/need.ts";

/** Results by the keys of the needs. Never rejects. */
export async function computeAll(sandbox: Sandbox, needs: readonly Need[]): Promise<Computed> {
  const tasks = needs.map((need) => ({
    lang: need.lang,
    source: need.source,
    context: need.context(),
    now: need.now,
  }));
  const results = await sandbox.evaluate(tasks);
  return new Map(
    needs.map(({ key, now }, index): [string, ComputedValue] => [
      key,
      { result: results[index] as Evaluated, now },
    ]),
  );
}
