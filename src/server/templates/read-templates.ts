// The templates: the examples as they are shipped, every folder under examples/ that holds a workflow, read once.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseWorkflow } from "../../language/parse-workflow.ts";
import { type HostUse, usesOf } from "../../language/uses-of.ts";
import { assert } from "../../value/assert.ts";
import type { Json } from "../../value/json.ts";
import { parseJson } from "../../value/parse-json.ts";
import { packageFolder } from "../package-folder.ts";

export interface TemplateDocument {
  /** Name of the file. */
  readonly file: string;
  readonly format: "json" | "yaml";
  readonly text: string;
}

export interface Template {
  /** Name of the folder. */
  readonly name: string;
  readonly title: string;
  /** Of its first document. */
  readonly description: string | null;
  readonly documents: readonly TemplateDocument[];
  readonly hosts: readonly HostUse[];
  readonly secrets: readonly string[];
  /** Null where the example says none. */
  readonly sample: Sample | null;
}

interface Sample {
  readonly body: Json;
  /** Signals to be sent, in this order: `[{name, body}]`. */
  readonly signals: Json;
  /** How the run ends: `status`, `output` and what else the example says of it; null where it says nothing. */
  readonly expected: Json;
}

/** What stands beside the documents, for the tests and for `sample`. */
const beside: ReadonlySet<string> = new Set([
  "body.json",
  "expected.json",
  "services.json",
  "signals.json",
  "package.json",
]);
const folder = join(packageFolder, "examples");
let read: ReadonlyMap<string, Template> | null = null;

/** By name, in its order. Nothing else of the file system can be reached by an address, because names are looked up here. */
export function readTemplates(): ReadonlyMap<string, Template> {
  if (read === null) {
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const names = folders.map(({ name }) => name).toSorted();
    read = new Map(names.flatMap((name) => readTemplate(name)).map((one) => [one.name, one]));
  }
  return read;
}

/** None of a folder without a workflow, such as that of a client. */
function readTemplate(name: string): readonly Template[] {
  const files = readdirSync(join(folder, name)).toSorted();
  const textOf = (file: string) => readFileSync(join(folder, name, file), "utf8");
  const documents = files.flatMap((file): TemplateDocument[] => {
    const ending = /\.(json|ya?ml)$/.exec(file)?.[1];
    if (ending === undefined || beside.has(file)) return [];
    return [{ file, format: ending === "json" ? "json" : "yaml", text: textOf(file) }];
  });
  if (documents.length === 0) return [];
  const jsonOf = (file: string, otherwise: Json) => {
    if (!files.includes(file)) return otherwise;
    const parsed = parseJson(textOf(file), "ours");
    assert(parsed.ok, `examples/${name}/${file} is JSON`);
    return parsed.value;
  };
  const workflows = documents.map(({ file, format, text }) => {
    const parsed = parseWorkflow(text, format);
    assert(parsed.ok, `examples/${name}/${file} is a workflow`);
    return parsed.workflow;
  });
  const uses = workflows.map(usesOf);
  const sampled = files.includes("body.json") || files.includes("expected.json");
  return [
    {
      name,
      title: titleOf(name),
      description: workflows[0]?.description ?? null,
      documents,
      hosts: joined(uses.flatMap(({ hosts }) => hosts)),
      secrets: [...new Set(uses.flatMap(({ secrets }) => secrets))],
      sample: sampled
        ? {
            body: jsonOf("body.json", null),
            signals: jsonOf("signals.json", []),
            expected: jsonOf("expected.json", null),
          }
        : null,
    },
  ];
}

/** `race-of-quotes`: Race of quotes. */
function titleOf(name: string): string {
  const words = name.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Each host once, also where several documents call it. */
function joined(hosts: readonly HostUse[]): readonly HostUse[] {
  const found = new Map<string | null, HostUse>();
  for (const one of hosts) {
    const steps = [...(found.get(one.origin)?.steps ?? []), ...one.steps];
    found.set(one.origin, { ...one, steps: [...new Set(steps)] });
  }
  return [...found.values()];
}
