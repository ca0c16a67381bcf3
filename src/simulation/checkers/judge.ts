// Every promise, judged over one world's history.

import type { Broken, History } from "../history.ts";
import { checkAcknowledged } from "./acknowledged.ts";
import { checkAnnounced } from "./announced.ts";
import { checkCompensation } from "./compensation.ts";
import { checkEnding } from "./ending.ts";
import { checkFencing } from "./fencing.ts";
import { checkLiveness } from "./liveness.ts";
import { checkLogShape } from "./log-shape.ts";
import { checkOutcomes } from "./outcomes.ts";
import { checkRequestContent } from "./request-content.ts";
import { checkRetries } from "./retries.ts";
import { casesOf, type RunCase } from "./run-case.ts";
import { checkSecrecy } from "./secrecy.ts";
import { checkStepOrder } from "./step-order.ts";
import { checkTimeouts } from "./timeouts.ts";

const ofOneRun: readonly ((run: RunCase) => readonly Broken[])[] = [
  checkLogShape,
  checkAnnounced,
  checkRequestContent,
  checkOutcomes,
  checkStepOrder,
  checkRetries,
  checkTimeouts,
  checkCompensation,
  checkEnding,
];

export function judge(history: History): readonly Broken[] {
  const { cases, broken } = casesOf(history);
  const known = new Set(cases.map((run) => run.run.run));
  const strays = history.calls.filter((call) => !known.has(call.run));
  return [
    ...broken,
    ...strays.map(({ run, key }) => ({
      promise: "wire",
      run,
      what: `a call (${key}) of a run that is not in the store`,
    })),
    ...checkAcknowledged(history, cases),
    ...cases.flatMap((run) => [...ofOneRun.flatMap((check) => check(run)), ...checkLiveness(history, run)]),
    ...checkFencing(history),
    ...checkSecrecy(history),
    ...(history.quarantined === 0
      ? []
      : [{ promise: "invariant", run: null, what: `${history.quarantined} runs were quarantined` }]),
  ];
}
