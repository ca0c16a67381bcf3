// Engines that lose, mix up or leave behind bodies that stand apart from the events of their run.

import type { Mutant } from "./mutant.ts";

const engine = (file: string) => `src/engine/${file}`;
const memory = (file: string) => `src/store/memory/${file}`;

export const apartMutants: readonly Mutant[] = [
  {
    name: "carried-body-left-with-its-run",
    file: engine("store-bodies.ts"),
    patches: [
      ["there.source.owner === ownerOf(this.#of)", "there.source.owner.length > 0"],
      ['if (first?.type === "run.created" && first.rerunOf !== undefined) demand(storedIn(events));', ""],
    ],
  },
  {
    name: "body-of-another-run-named",
    file: engine("held-bodies.ts"),
    patches: [
      ["source instanceof RunBodies && source.owner === this.#own.owner", "source instanceof RunBodies"],
    ],
  },
  {
    name: "body-read-from-another",
    file: engine("run-bodies.ts"),
    patches: [["return this.#atHand.get(id)?.value;", "return [...this.#atHand.values()].at(-1)?.value;"]],
  },
  {
    name: "bodies-lost-at-rotation",
    file: engine("fresh-keys.ts"),
    patches: [["vault.seal(key, place, vault.open(old, place, sealed))", "sealed"]],
  },
  {
    name: "bodies-not-written",
    file: memory("append.ts"),
    patches: [
      [
        "chunks: unit.chunks === undefined ? (record?.chunks ?? []) : [...(record?.chunks ?? []), ...unit.chunks],",
        "chunks: record?.chunks ?? unit.chunks ?? [],",
      ],
    ],
  },
  {
    name: "body-cut-at-a-chunk",
    file: engine("body-chunks.ts"),
    patches: [
      [
        "const plain = content.subarray(from, from + chunkBytes);",
        "const plain = content.subarray(from, from + chunkBytes - 1);",
      ],
    ],
  },
  {
    name: "text-with-secrets-stored-whole",
    file: engine("body-places.ts"),
    patches: [
      [
        'return typeof value === "string" ? [["value"]] : partPlaces(value, ["value"]);',
        'return [["value"]];',
      ],
    ],
  },
];
