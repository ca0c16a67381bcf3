// Documents, good and broken: what is read, and where exactly every mistake is reported.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { parseDocument } from "yaml";
import { stringifyJson } from "../value/stringify-json.ts";
import { documentProblems } from "./document-problems.ts";
import { parseWorkflow } from "./parse-workflow.ts";
import type { DocumentProblem, ParsedWorkflow, Step, Workflow } from "./workflow.ts";

const folder = join(import.meta.dirname, "../../testdata/documents");
const broken = documentsIn("broken");
const good = documentsIn("good");

interface Document {
  readonly name: string;
  readonly text: string;
  readonly format: "json" | "yaml";
}

function documentsIn(name: string): readonly Document[] {
  return readdirSync(join(folder, name))
    .filter((file) => !file.endsWith(".expected"))
    .map((file) => ({
      name: join(name, file),
      text: readFileSync(join(folder, name, file), "utf8"),
      format: file.endsWith(".json") ? "json" : "yaml",
    }));
}

function problemsOf(parsed: ParsedWorkflow): readonly DocumentProblem[] {
  return parsed.ok ? parsed.warnings : parsed.problems;
}

function workflowOf(text: string, format: "json" | "yaml" = "yaml"): Workflow {
  const parsed = parseWorkflow(text, format);
  assert.ok(parsed.ok, JSON.stringify(problemsOf(parsed), null, 2));
  return parsed.workflow;
}

for (const { name, text, format } of broken) {
  test(`${name}: every problem at its place`, () => {
    const parsed = parseWorkflow(text, format);
    assert.ok(!parsed.ok);
    const found = parsed.problems.map(
      ({ code, line, column, length, pointer }) =>
        `${code} ${line}:${column}+${length}${pointer === "" ? "" : ` ${pointer}`}`,
    );
    assert.deepEqual(
      found,
      readFileSync(join(folder, `${name}.expected`), "utf8")
        .split("\n")
        .filter(Boolean),
    );
  });
}

test("every code is met by a broken document, or is a warning or a limit of size", () => {
  const met = new Set(
    broken.flatMap(({ text, format }) => problemsOf(parseWorkflow(text, format)).map(({ code }) => code)),
  );
  const elsewhere = [
    "document_too_large",
    "invalid_lua",
    "constant_condition",
    "race_of_changes",
    "header_case",
  ];
  assert.deepEqual(
    Object.keys(documentProblems).filter((code) => !met.has(code)),
    elsewhere,
  );
});

test("a document that was stored before there was a bound of labels is read as it is", () => {
  const { text, format } = broken.find(({ name }) => name.endsWith("labels-too-many.yaml")) as Document;
  const stored = parseWorkflow(text, format, { stored: true });
  assert.ok(stored.ok);
  assert.equal(stored.workflow.labels.length, 66);
});

test("a document that was stored before names of parts were no templates is read as it is", () => {
  const { text, format } = broken.find(({ name }) => name.endsWith("part-name.yaml")) as Document;
  assert.ok(parseWorkflow(text, format, { stored: true }).ok);
});

for (const { name, text, format } of good) {
  test(`${name} is read without a warning, and its JSON gives the same workflow`, () => {
    const workflow = workflowOf(text, format);
    assert.deepEqual(problemsOf(parseWorkflow(text, format)), []);
    const json = stringifyJson(parseDocument(text, { intAsBigInt: true }).toJS());
    assert.deepEqual(withoutPlaces(workflowOf(json, "json")), withoutPlaces(workflow));
  });
}

/** Expressions know where they stood, and the two texts differ. */
function withoutPlaces(value: unknown): unknown {
  if (typeof value === "function") return "function";
  if (value instanceof Map || value instanceof Set) return [...value].map(withoutPlaces);
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      key === "start" || key === "end" ? 0 : withoutPlaces(entry),
    ]),
  );
}

test("what the document leaves out has its default", () => {
  const workflow = workflowOf(
    'name: w\nversion: 1\ntriggers: [{type: http}]\nsteps:\n  b: {request: {method: GET, url: "https://a.example"}}\n  a: {after: [b], request: {method: POST, url: "https://a.example"}, compensate: {request: {method: POST, url: "https://a.example"}}}\n  c: {after: [b], value: 1}\n',
  );
  const [b, a, c] = workflow.steps;
  assert.ok(b?.action.type === "request" && a?.action.type === "request" && c?.action.type === "value");
  assert.deepEqual(b.action.response, {
    timeoutMs: 30_000,
    schema: null,
    expect: [],
    parse: "auto",
    maxBytes: 5 * 1024 * 1024,
    poll: null,
    redirects: 0,
    paginate: null,
  });
  assert.deepEqual([b.action.retry.max, a.action.retry.max, a.action.compensate?.retry.max], [2, 0, 5]);
  assert.deepEqual(
    [b.join, b.when, b.timeoutMs, b.onError, b.action.onCrash, b.action.compensate],
    ["all", null, null, "fail", "retry", null],
  );
  assert.deepEqual(
    workflow.steps.map(({ number, after, dependents }) => [number, after, dependents]),
    [
      [0, [], [1, 2]],
      [1, [0], []],
      [2, [0], []],
    ],
  );
  assert.deepEqual(
    [workflow.leaves, workflow.output, workflow.timeoutMs, workflow.description],
    [[1, 2], null, null, null],
  );
  assert.deepEqual(
    [...workflow.stepNumbers],
    [
      ["b", 0],
      ["a", 1],
      ["c", 2],
    ],
  );
});

test("defaults hold where a step says nothing; a retry is taken whole; compensations have their own", () => {
  const call = '{method: POST, url: "https://a.example"}';
  const workflow = workflowOf(
    `name: w\nversion: 1\ntriggers: []\ndefaults: {timeout: 5s, retry: {max: 7, delay: 2s}}\nsteps:\n  a: {request: ${call}, compensate: {request: ${call}}}\n  b: {request: ${call}, retry: {backoff: constant, on: [404, 5xx, schema]}, response: {timeout: 1s}}\n`,
  );
  const [a, b] = workflow.steps.map((step) => step.action);
  assert.ok(a?.type === "request" && b?.type === "request");
  assert.deepEqual([a.retry.max, a.retry.delayMs, a.response.timeoutMs], [7, 2000, 5000]);
  assert.deepEqual(
    [b.retry.max, b.retry.delayMs, b.retry.backoff, b.response.timeoutMs],
    [3, 1000, "constant", 1000],
  );
  assert.deepEqual(b.retry.on, {
    statuses: new Set([404]),
    classes: new Set([5]),
    network: false,
    timeout: false,
    schema: true,
  });
  assert.deepEqual(
    [a.compensate?.retry.max, a.compensate?.retry.delayMs, a.compensate?.response.timeoutMs],
    [5, 1000, 5000],
  );
});

test("warnings do not stop a document", () => {
  const parsed = parseWorkflow(
    'name: w\nversion: 1\ntriggers: []\nsteps:\n  a: {when: "1 == 2", value: "{{ trigger.headers.X-Id }}"}\n  b: {after: [a], value: "{{ steps.a.response.headers[\'Content-Type\'] }}"}\n',
    "yaml",
  );
  assert.ok(parsed.ok);
  assert.deepEqual(
    parsed.warnings.map(({ code, line, column, length }) => [code, line, column, length]),
    [
      ["constant_condition", 5, 13, 8],
      ["header_case", 5, 50, 4],
      ["header_case", 6, 55, 14],
    ],
  );
});

test("a document of more than 256 KiB is not read", () => {
  const start = 'name: w\nversion: 1\ntriggers: []\nsteps: {a: {value: "';
  const fill = (bytes: number) =>
    `${start}${"\u20ac".repeat(Math.floor((bytes - start.length - 4) / 3))}"}}\n`;
  assert.equal(parseWorkflow(fill(256 * 1024), "yaml").ok, true);
  assert.deepEqual(
    problemsOf(parseWorkflow(fill(256 * 1024 + 10), "yaml")).map(({ code }) => code),
    ["document_too_large"],
  );
});

test("hostile documents take no longer than their size", () => {
  const size = 256 * 1024;
  const hostile = [
    ...[
      "[",
      "{a: ",
      "- ",
      "? ",
      "a:\n ",
      "&a ",
      "*a ",
      "!x ",
      "{{",
      "]",
      "%x\n",
      "---\n",
      "'",
      '"',
      "| \n",
      "#\n",
      "\t",
      ": ",
      "\u0000",
      "\ufeff",
    ].map((part) => part.repeat(size / part.length)),
    `{"a":${"[".repeat(size - 10)}`,
    `"${"\\u0041".repeat(size / 6 - 1)}`,
    `{${Array.from({ length: 20_000 }, (_, index) => `"${index}":1`).join(",")}}`,
    `{"name":${"9".repeat(200_000)}}`,
    `name: w\nversion: 1\ntriggers: []\nsteps:\n${Array.from(
      { length: 256 },
      (_, index) =>
        `  s${index}:\n    after: [${Array.from({ length: index }, (_x, other) => `s${other}`)
          .slice(-150)
          .join(",")}]\n    value: 1\n`,
    ).join("")}`,
    `name: w\nversion: 1\ntriggers: []\nsteps: {a: {value: "${"{{ steps.b.output }}".repeat(10_000)}"}}`,
    `{"name":"w","version":1,"triggers":[],"schemas":{${Array.from({ length: 8_000 }, (_, index) => `"a${index}":{"$ref":"a${index + 1}"}`).join(",")}},"steps":{"a":{"value":1}}}`,
  ];
  for (const text of hostile) {
    for (const format of ["json", "yaml"] as const) {
      const began = performance.now();
      checkPlaces(text, parseWorkflow(text, format));
      assert.ok(
        performance.now() - began < 10_000,
        `${format} ${text.slice(0, 20)}: ${Math.round(performance.now() - began)} ms`,
      );
    }
  }
});

test("whatever a document is changed to, nothing is thrown and every place is in the text", () => {
  const documents = [...good, ...broken.filter(({ text }) => text.length < 5_000)];
  const change = fc.record({
    document: fc.constantFrom(...documents),
    cuts: fc.array(
      fc.record({
        at: fc.nat(5_000),
        remove: fc.nat(8),
        insert: fc.oneof(
          fc.string({ maxLength: 4 }),
          fc.constantFrom(
            "{{",
            "}}",
            '"',
            "'",
            "\n",
            "  ",
            ":",
            "- ",
            "{",
            "[",
            "&a",
            "steps.",
            "\\",
            "\u{1F600}",
            "\r\n",
          ),
        ),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  });
  fc.assert(
    fc.property(change, ({ document, cuts }) => {
      let { text } = document;
      for (const { at, remove, insert } of cuts) {
        const from = at % (text.length + 1);
        text = text.slice(0, from) + insert + text.slice(from + remove);
      }
      checkPlaces(text, parseWorkflow(text, document.format));
    }),
    { numRuns: 1_000 },
  );
});

function checkPlaces(text: string, parsed: ParsedWorkflow): void {
  const lines = text.split("\n");
  for (const { code, message, line, column, length } of problemsOf(parsed)) {
    assert.ok(Object.hasOwn(documentProblems, code), code);
    assert.ok(message.length > 0 && length >= 1);
    const found = lines[line - 1];
    assert.ok(found !== undefined && column >= 1 && column <= found.length + 1, `${code} ${line}:${column}`);
    assert.ok(column - 1 + length <= found.length + 1, `${code} ${line}:${column}+${length}`);
  }
}

test("`lang` of a reduce is that of `expr`, and not of `over`", () => {
  const { strategy } = workflowOf(
    `name: sum
version: 1
triggers: []
steps:
  sum:
    value: "{{ item }}"
    strategy: {type: reduce, over: trigger.body, lang: lua, expr: return acc + result}
`,
    "yaml",
  ).steps[0] as Step;
  assert.equal(strategy?.over.type === "expression" && strategy.over.expression.lang, "path");
  assert.equal(strategy?.reduce?.expr.lang, "lua");
});

test("a child that is only named is told how to write it", () => {
  const parsed = parseWorkflow(
    "name: w\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {workflow: kid}}",
    "yaml",
  );
  assert.ok(!parsed.ok);
  assert.deepEqual(
    parsed.problems.map(({ code, fix }) => [code, fix]),
    [["wrong_type", "write `{name: kid}`"]],
  );
});
