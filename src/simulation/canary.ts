// Histories that were tampered with: checkers that do not sing here are deaf.

import type { Call, DurableRun, History } from "./history.ts";

export interface Canary {
  readonly name: string;
  /** Null when this history has nothing to tamper with. */
  readonly tamper: (history: History) => History | null;
}

export const canaries: readonly Canary[] = [
  {
    name: "a charge under another key",
    tamper: (history) => {
      const call = history.calls[0];
      if (call === undefined) return null;
      const forged: Call = { ...call, key: `${call.key}-again`, attempt: call.attempt + 1 };
      return { ...history, calls: [...history.calls, forged] };
    },
  },
  {
    name: "an attempt sent twice",
    tamper: (history) => {
      const call = history.calls.at(-1);
      return call === undefined ? null : { ...history, calls: [...history.calls, { ...call }] };
    },
  },
  {
    name: "an acknowledged run that is gone",
    tamper: (history) => {
      const started = history.answers.find((answer) => answer.type === "started");
      if (started?.type !== "started") return null;
      return { ...history, runs: history.runs.filter(({ run }) => run !== started.run) };
    },
  },
  {
    name: "an event that is missing",
    tamper: (history) => {
      const run = history.runs.find(({ events }) => events.length > 4);
      if (run === undefined) return null;
      const cut: DurableRun = { ...run, events: run.events.filter((event) => event.seq !== 3) };
      return { ...history, runs: history.runs.map((one) => (one === run ? cut : one)) };
    },
  },
  {
    name: "an end that a caller was told otherwise",
    tamper: (history) => {
      const end = history.answers.find((answer) => answer.type === "end");
      if (end?.type !== "end") return null;
      const lie = { ...end, status: end.status === "completed" ? "failed" : "completed" };
      return { ...history, answers: history.answers.map((answer) => (answer === end ? lie : answer)) };
    },
  },
  {
    name: "an answer that its run never gave",
    tamper: (history) => {
      const told = history.answers.find((answer) => answer.type === "answer" && answer.responded !== null);
      if (told?.type !== "answer") return null;
      const lie = { ...told, responded: { ...(told.responded as object), status: 299 } };
      return { ...history, answers: history.answers.map((answer) => (answer === told ? lie : answer)) };
    },
  },
  {
    name: "an audit entry that is gone",
    tamper: (history) => {
      const last = history.audit.findLast(({ action }) => action === "workflow.put");
      return last === undefined
        ? null
        : { ...history, audit: history.audit.filter((entry) => entry !== last) };
    },
  },
  {
    name: "a secret on the disk",
    tamper: (history) => {
      const write = history.secretWrites.find(({ value }) => value !== null);
      return write === undefined ? null : { ...history, disk: `${history.disk} ${write.value}` };
    },
  },
];
