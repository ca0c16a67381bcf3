// Every transition happens once; a terminal status is final; the row says what the log says.

import type { Broken, History } from "../history.ts";
import { terminalTypes } from "./run-log.ts";

export function checkLog(history: History): readonly Broken[] {
  const broken: Broken[] = [];
  for (const { run, events, status, lastSeq } of history.runs) {
    const say = (promise: string, what: string) => broken.push({ promise, run, what });
    let at = 0;
    let ended = false;
    events.forEach((event, index) => {
      if (event.seq !== index + 1) say("seq is contiguous", `event ${index + 1} has seq ${event.seq}`);
      if (event.at < at) say("time does not go back in a log", `${event.type} at ${event.at}`);
      at = event.at;
      if ((event.type === "run.created") !== (index === 0)) say("a log begins with run.created", event.type);
      if (ended && !event.type.startsWith("compensation."))
        say("a terminal status is final", `${event.type} after the end`);
      if (terminalTypes.has(event.type)) ended = true;
      if (event.order === 0) say("an event became durable by an append", event.type);
    });
    if (lastSeq !== events.length) say("the row and the log agree", `row ${lastSeq}, log ${events.length}`);
    const last = events.findLast(({ type }) => terminalTypes.has(type))?.type.replace("run.", "") ?? "";
    if (ended && last !== status) say("the row and the log agree", `row ${status}, log ${last}`);
  }
  if (history.quarantined > 0) {
    const what = `${history.quarantined} quarantined`;
    broken.push({ promise: "no run breaks an invariant", run: null, what });
  }
  return broken;
}
