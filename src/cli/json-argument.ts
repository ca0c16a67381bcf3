// A body on the command line: JSON text, which is read here first, so that what is no JSON starts nothing.

import { existsSync } from "node:fs";
import { placeInJson } from "../server/place-in-json.ts";
import { parseJson } from "../value/parse-json.ts";
import { CliError } from "./cli-error.ts";
import { readBodyArgument } from "./read-input.ts";
import { sourceLines } from "./source-lines.ts";

/**
 * @param option `--body`
 * @param argument `@file`, `-` or the text itself
 * @param without what leaving the option out is for
 * Errors: `usage` for a text that is empty; `invalid_json` and what else keeps JSON from being read, with its place.
 */
export function readJsonArgument(option: string, argument: string, without = "to send none"): string {
  const text = readBodyArgument(argument).replace(/^\ufeff/, "");
  if (text.trim() === "") {
    const from = argument === "-" ? "standard input" : argument.startsWith("@") ? argument.slice(1) : option;
    const hint = `\`${option} null\` sends null; leave ${option} out ${without}`;
    throw new CliError("usage", `${from} is empty, and ${option} takes JSON`, hint);
  }
  const parsed = parseJson(text, "ours");
  if (parsed.ok) return text;
  const place = placeInJson(text, parsed.code);
  const is = parsed.code === "invalid_json" ? `${option} is no JSON` : option;
  const message = `${is}: ${place?.message ?? parsed.message}`;
  const shown = place === null ? [] : sourceLines(text, { ...place, length: 1 });
  throw new CliError(parsed.code, message, hintFor(option, argument), shown);
}

function hintFor(option: string, argument: string): string {
  if (argument === "-" || argument.startsWith("@")) return "correct the text, and send it again";
  if (existsSync(argument)) return `${option} @${argument} reads the file`;
  if (/^\w[\w .-]*$/.test(argument)) return `a text has double quotes of its own: ${option} '"${argument}"'`;
  // Where quotes are left, and where there is nothing to quote, it was not the shell.
  if (argument.includes('"') || !/[a-z]/i.test(argument))
    return `from a file it may be easier: ${option} @FILE`;
  return `in single quotes, so that the shell leaves it as it is: ${option} '{"amount": 49}'; or from a file: ${option} @FILE`;
}
