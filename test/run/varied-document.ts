// A later version of a walked document, in which one step is another kind of thing.

import type { Prng } from "../../src/simulation/prng.ts";

const call = 'request: {method: POST, url: "https://a.example/varied"}';
const undo =
  'compensate: {request: {method: POST, url: "https://a.example/undo/{{ item }}"}, when_unknown: true}';
const list = "over: [1, 2, 3]";

const kinds: readonly string[] = [
  call,
  `${call}, ${undo.replace("/{{ item }}", "")}`,
  `${call}, strategy: {type: fan_out, ${list}, concurrency: 2}, ${undo}`,
  `${call}, strategy: {type: race, ${list}}, ${undo}`,
  `${call}, strategy: {type: batch, ${list}, size: 2}`,
  `${call}, strategy: {type: reduce, ${list}, initial: 0, expr: acc}, ${undo.replace("item", "acc")}`,
  "workflow: {name: inner}",
  `workflow: {name: inner}, ${undo.replace("/{{ item }}", "")}`,
  `workflow: {name: inner}, strategy: {type: fan_out, ${list}}`,
  `workflow: {name: inner}, strategy: {type: race, ${list}}`,
  "value: 1",
  `value: 1, strategy: {type: scatter, ${list}}`,
  "sleep: 1s",
  "wait: {signal: one}",
];

const step = /^ {2}(?<id>\w+): \{.*\}$/gm;

/** The text of version 2. It may be refused: where another step reads of this one what it has no more. */
export function variedDocument(prng: Prng, document: string): string {
  const { 0: line = "", groups } = prng.pick([...document.matchAll(step)]);
  const after = /\bafter: \[[^\]]*\](?:, join: any)?/.exec(line)?.[0];
  const body = [...(after === undefined ? [] : [after]), prng.pick(kinds)].join(", ");
  return document.replace("version: 1", "version: 2").replace(line, () => `  ${groups?.["id"]}: {${body}}`);
}
