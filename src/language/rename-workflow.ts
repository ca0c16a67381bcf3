// A document under another name: nothing else of its text changes.

import { entryOf } from "./document/document-node.ts";
import { readJsonDocument } from "./document/read-json-document.ts";
import { readYamlDocument } from "./document/read-yaml-document.ts";
import { newReport } from "./document/report.ts";

/** Cannot be taken for a number, a boolean or null when it stands in YAML without quotes. */
const plain = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/;

/** `text` as it is when it cannot be read or has no name. Whether `name` may be one is not looked at. */
export function renameWorkflow(text: string, format: "json" | "yaml", name: string): string {
  const report = newReport(text);
  const root = format === "json" ? readJsonDocument(report) : readYamlDocument(report);
  const value = root === null ? undefined : entryOf(root, "name")?.value;
  if (value === undefined) return text;
  const written = format === "yaml" && plain.test(name) ? name : JSON.stringify(name);
  return text.slice(0, value.start) + written + text.slice(value.end);
}
