// `dispatched templates clone`: workflows made of the examples that the server came with.

import type { Client } from "../../client/client.ts";
import { ClientError } from "../../client/client-error.ts";
import type { PutResource } from "../../client/resources.ts";
import { parseWorkflow } from "../../language/parse-workflow.ts";
import { renameWorkflow } from "../../language/rename-workflow.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";

/** Stores the documents of a template. A workflow that is there already is left alone. */
export async function cloneTemplate(
  terminal: Terminal,
  name: string,
  options: { readonly as?: string },
): Promise<number> {
  const { client } = openConnection();
  const { documents, hosts, secrets } = await client.getTemplate(name);
  if (options.as !== undefined && documents.length !== 1) {
    throw new CliError(
      "usage",
      `${name} has ${documents.length} workflows`,
      "`--as` names one: leave it out",
    );
  }
  for (const { text, format } of documents) {
    const put = await storeNew(
      client,
      options.as === undefined ? text : renameWorkflow(text, format, options.as),
      format,
    );
    if (terminal.json) terminal.value(stringifyJson(put));
    else terminal.line(`${put.name} v${put.version}`);
  }
  if (terminal.json) return exitCode.completed;
  for (const { origin, steps } of hosts) {
    if (origin !== null) terminal.line(`put your service in the place of ${origin}: ${steps.join(", ")}`);
  }
  for (const secret of secrets) terminal.line(`store its secret: dispatched secret set ${secret}`);
  return exitCode.completed;
}

/** Errors: `precondition_failed` when there is one of that name, `invalid_document` for what is no name. */
async function storeNew(client: Client, text: string, format: "json" | "yaml"): Promise<PutResource> {
  const parsed = parseWorkflow(text, format);
  if (!parsed.ok) {
    const [problem] = parsed.problems;
    throw new CliError("invalid_document", problem?.message ?? "it is no workflow", problem?.fix);
  }
  const { name } = parsed.workflow;
  try {
    return await client.putWorkflow(name, text, format, { ifNoneMatch: "*" });
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== "precondition_failed") throw error;
    const hint = "`--as NAME` gives the clone another name";
    throw new CliError("precondition_failed", `there is a workflow ${name} already`, hint);
  }
}
