// A step of a graph in words, for those who do not see where it stands.

import type { GraphNode } from "dispatched/language";
import { statusLook } from "../look/status-look.ts";
import { kindLook } from "./kind-look.ts";
import type { ItemCount, StepState } from "./step-state.ts";

const hosted = /^(?<method>[A-Z]+) (?:https?:\/\/)?(?<rest>.*)$/;

/** `POST pay.example.com/charges`: what is known of every address is left out. */
export function shortDoes(does: string): string {
  const { method, rest } = hosted.exec(does)?.groups ?? {};
  return method === undefined ? does : `${method} ${rest}`;
}

/** `9,997 completed, 3 failed` */
export function countWords(counts: readonly ItemCount[]): string {
  return counts
    .map(({ status, count }) => `${count.toLocaleString("en")} ${statusLook(status).word}`)
    .join(", ");
}

function listed(before: string, ids: readonly string[]): string {
  return ids.length === 0 ? "" : ` ${before} ${ids.join(", ")}.`;
}

/** `mail: failed, http_422. After pay. Before log.` */
export function stepWords(step: GraphNode, state: StepState | null, followers: readonly string[]): string {
  const { id, after, kind, strategy, does } = step;
  const parts =
    state === null
      ? [kindLook(kind).word, shortDoes(does)]
      : [statusLook(state.status).word, state.counts === null ? state.detail : countWords(state.counts)];
  const what = [...parts.filter((part) => part !== ""), ...(strategy === null ? [] : [strategy])].join(", ");
  return `${id}: ${what}.${listed("After", after)}${listed("Before", followers)}`;
}
