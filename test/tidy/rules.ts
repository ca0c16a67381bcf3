// The rules of the house that no compiler holds. Each is a function from a file to what is wrong with it.

import type { SourceFile } from "./source-files.ts";

const pureFloors = ["value", "handshake", "language", "schedule", "run", "ports", "engine"];
const bannedNames = ["utils", "util", "helpers", "helper", "common", "misc", "manager", "base", "types"];
const linesMax = 400;
const functionLinesMax = 70;
const stem = (path: string) =>
  (path.split("/").at(-1) ?? "").replace(/(\.test|\.config)?(\.d)?\.[a-z]+$/, "");

export interface Rule {
  readonly name: string;
  /** What is wrong with the file, one text each. */
  check(file: SourceFile): readonly string[];
  /** A file that breaks the rule: the rule must see it. */
  readonly bad: SourceFile;
}

function isPure(path: string): boolean {
  return pureFloors.some((floor) => path.startsWith(`src/${floor}/`)) && !path.endsWith(".test.ts");
}

/** The code without comments and without the insides of strings, line by line. */
export function codeOf(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ""))
    .replace(/(["'])(?:\\.|(?!\1)[^\\\n])*\1/g, '""')
    .replace(/(^|[^:])\/\/.*$/gm, "$1");
}

export const rules: readonly Rule[] = [
  {
    name: `a file has at most ${linesMax} lines`,
    check: ({ text }) => {
      const lines = text.split("\n").length - 1;
      return lines > linesMax ? [`${lines} lines`] : [];
    },
    bad: { path: "src/run/long.ts", text: "// Long.\n".repeat(linesMax + 1) },
  },
  {
    name: `a function has at most ${functionLinesMax} lines`,
    check: ({ path, text }) => (path.endsWith(".test.ts") ? [] : longFunctions(text)),
    bad: {
      path: "src/run/long.ts",
      text: `// Long.\nfunction long(): void {\n${"  go();\n".repeat(functionLinesMax)}}\n`,
    },
  },
  {
    name: "a file is named in kebab-case, and says more than utils, helpers, common, misc, manager, base, types",
    check: ({ path }) => {
      const name = stem(path);
      if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return [`${name} is not kebab-case`];
      return bannedNames.includes(name) ? [`${name} says nothing`] : [];
    },
    bad: { path: "src/run/helpers.ts", text: "" },
  },
  {
    name: "a file begins with one sentence: what it is",
    check: ({ text }) => (/^(#!.*\n)?\/\/ \S.*[.:]/.test(text.slice(0, 600)) ? [] : ["no first sentence"]),
    bad: { path: "src/run/mute.ts", text: "export const mute = 1;\n" },
  },
  {
    name: "a pure floor reads no clock and draws nothing at random",
    check: ({ path, text }) => {
      if (!isPure(path)) return [];
      const found = codeOf(text).match(
        /Date\.now|new Date\(\s*\)|Math\.random|performance\.now|\bcrypto\.|globalThis/g,
      );
      return found ?? [];
    },
    bad: { path: "src/run/clock.ts", text: "// Clock.\nexport const now = Date.now();\n" },
  },
  {
    name: "a checker imports nothing from the core that it judges",
    check: ({ path, text }) => {
      if (!path.startsWith("src/simulation/checkers/")) return [];
      return text.match(/from "(?:\.\.\/)+(?:run|engine|language)\/[^"]*"/g) ?? [];
    },
    bad: {
      path: "src/simulation/checkers/peek.ts",
      text: '// Peeks.\nimport { decide } from "../../run/decide.ts";\n',
    },
  },
  {
    name: "no test is left out or run alone",
    check: ({ path, text }) =>
      path.endsWith(".test.ts") ? (text.match(/\b(?:test|it|describe)\.(?:only|skip|todo)\(/g) ?? []) : [],
    bad: { path: "src/run/lazy.test.ts", text: '// Lazy.\ntest.skip("x", () => {});\n' },
  },
  {
    name: "nothing is promised for later in a comment, and no check of the compiler is switched off",
    check: ({ path, text }) =>
      path.startsWith("test/tidy/")
        ? []
        : (text.match(/\b(?:TODO|FIXME|XXX|HACK)\b|@ts-ignore|@ts-nocheck|@ts-expect-error/g) ?? []),
    bad: { path: "src/run/later.ts", text: "// Later.\n// TODO more\n" },
  },
];

/** Bodies that open on a line that declares a function and close at the same indent. */
function longFunctions(text: string): readonly string[] {
  const lines = text.split("\n");
  const opening =
    /^(\s*)(?:export )?(?:default )?(?:async )?(?:function\b|(?:static |readonly |private |get |set |async )*#?[\w$]+\(.*\)?.*\{$|const \w+ = (?:async )?(?:\(.*|\w+ )=> \{$)/;
  const found: string[] = [];
  lines.forEach((line, index) => {
    const indent = opening.exec(line)?.[1];
    if (indent === undefined || /^\s*(?:if|for|while|switch|catch|return|else|do|test|describe)\b/.test(line))
      return;
    const length = lines.slice(index + 1).findIndex((other) => other.startsWith(`${indent}}`)) + 2;
    if (length > functionLinesMax) found.push(`line ${index + 1}: ${length} lines`);
  });
  return found;
}
