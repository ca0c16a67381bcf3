// What to do after an error that says no such thing is there: the name that was probably meant, or the command that shows those that are.

import { ClientError } from "../client/client-error.ts";
import { closestName } from "../language/shape/closest-name.ts";
import { openConnection } from "./open-client.ts";
import { variablesInPlace } from "./variables-in-place.ts";
import { withHint } from "./with-hint.ts";

/** By the code of the error. */
const shownBy: Readonly<Record<string, string>> = {
  workflow_not_found: "`dispatched workflow list` shows those that are there",
  version_not_found: "`dispatched workflow versions NAME` shows those that are there",
  run_not_found: "`dispatched runs list` shows those that are there",
  step_not_found: "`dispatched runs get RUN` shows the steps of a run",
  body_not_found: "`dispatched runs get RUN --json` has their numbers in `stored`",
  secret_not_found: "`dispatched secret list` shows those that are there",
  hook_not_found: "`dispatched hook list` shows those that are there",
  delivery_not_found: "`dispatched hook deliveries HOOK` shows those that are there",
  item_not_found: "`dispatched inbox list` shows those that are there",
  grant_not_found: "`dispatched grant list` shows those that are there",
  bulk_not_found: "`dispatched bulk list` shows those that are there",
  session_not_found: "`dispatched sessions list` shows those that are there",
  host_rule_not_found: "`dispatched host list` shows those that are there",
  signing_secret_not_found: "`dispatched signing-secret list` shows those that are there",
};
const ofTemplates = "`dispatched templates list` shows those that are there";

/** The same error with that as its hint; others as they are. Never fails. */
export async function withWhatWasMeant(error: unknown, args: readonly string[]): Promise<unknown> {
  if (!(error instanceof ClientError)) return error;
  if (error.code === "invalid_query" || error.code === "invalid_body") return asOption(error, args);
  if (error.code === "unauthenticated") return byToken(error);
  if (error.code === "handshake_refused" && !args.includes("--recover")) return byOtherKeys(error);
  const hasBody = args.some((word) => /^--body(=|$)/.test(word));
  if (error.code === "schema_mismatch" && args[0] === "run" && !hasBody)
    return withHint(error, "no body was given: --body '{…}', or --body @FILE");
  const isTemplate = error.code === "not_found" && args[0] === "templates";
  const shown = isTemplate ? ofTemplates : shownFor(error, args);
  if (shown === null) return error;
  const names = isTemplate ? await namesFor("template", args) : await namesFor(error.code, args);
  const meant = words(error.message, args)
    .map((word) => closestName(word, names))
    .find((name) => name !== null);
  const said = error.problem?.hint ?? "";
  // Its message names the run where the id is one.
  const instead =
    error.code === "run_not_found" && !/run_/.test(error.message) ? await insteadOfRun(args) : null;
  if (instead !== null) return withHint(error, instead);
  // A hint of the API's own says it for programs.
  const kept = said.startsWith("GET ")
    ? new ClientError(error.code, error.status, error.message, null)
    : error;
  return withHint(kept, meant === undefined ? shown : `did you mean \`${meant}\`? ${shown}`);
}

/** With the names that are known in the place of those that stand for one. */
function shownFor({ code, message }: ClientError, args: readonly string[]): string | null {
  if (code === "signing_secret_not_found" && args[1] === "rotate")
    return "`dispatched signing-secret create`";
  const workflow = /^(\S+) has no version /.exec(message)?.[1];
  return shownBy[code]?.replace("NAME", workflow ?? "NAME").replace("RUN", args.find(isRun) ?? "RUN") ?? null;
}

const isRun = (word: string) => /^run_[0-9a-z]{26}$/.test(word);

/** With a token in a variable no command signs in, and `login` is refused. */
function byToken(error: ClientError): ClientError {
  if (!variablesInPlace(process.env).includes("DISPATCHED_TOKEN")) return error;
  const told =
    "the session of DISPATCHED_TOKEN has ended, or it is no token: set another, or unset it to act by the credentials file";
  const { code, status, message, problem } = error;
  if (!/^sign in: /.test(problem?.hint ?? "")) return withHint(error, told);
  const hint = problem?.hint?.replace(/^sign in: [^;]*/, told) ?? told;
  return new ClientError(code, status, message, { ...problem, code, detail: message, hint });
}

/** What most often has become of keys that were right once. */
function byOtherKeys(error: ClientError): ClientError {
  const isInVariables = variablesInPlace(process.env).includes("DISPATCHED_PRIVATE_KEY");
  const how = isInVariables
    ? "set DISPATCHED_PRIVATE_KEY and DISPATCHED_API_KEY as they are there"
    : "`dispatched login --private-key-file FILE`, or `--api-key-file FILE`, takes the one that counts";
  return withHint(
    error,
    `if the tenant's key was rotated, or its API key replaced, on another device: ${how}; if the server was restored from a backup of before a rotation: a copy of credentials.json of then, or \`dispatched login --recover\` by a recovery sheet of then`,
  );
}

/** The server names what it was sent, a parameter or a place in a body: here it is an option. */
function asOption(error: ClientError, args: readonly string[]): ClientError {
  const { code, status, message, problem } = error;
  const [place = "", pointer, parameter = ""] = /^(?:\/([\w/]+)|([a-z_]+))/.exec(message) ?? [];
  const name = pointer?.split("/").findLast((part) => !/^\d+$/.test(part)) ?? parameter;
  const option = [name, name.replace(/s$/, "")]
    .map((one) => `--${one.replaceAll("_", "-")}`)
    .find((one) => args.some((word) => word === one || word.startsWith(`${one}=`)));
  if (option === undefined) return error;
  const told = new ClientError(code, status, option + message.slice(place.length), problem);
  if (option === "--run") return withHint(told, "a run's id is run_ with 26 letters and digits behind it");
  const [, names = "", word = ""] = /one of ([a-z_, ]+), and not "(.*)"$/.exec(message) ?? [];
  const meant = word === "" ? null : closestName(word, names.split(", "));
  return meant === null ? told : withHint(told, `did you mean \`${meant}\`?`);
}

/** Another order of the words, or a workflow where a run is wanted. */
async function insteadOfRun(args: readonly string[]): Promise<string | null> {
  const run = args.find(isRun);
  if (run !== undefined) return `the run's id comes first: ${run}`;
  const workflow = (await namesFor("workflow_not_found", args)).find((name) => args.includes(name));
  if (workflow === undefined) return null;
  return `${workflow} is a workflow: \`dispatched runs list --workflow ${workflow}\` shows its runs`;
}

/** What was given on the command line and stands in the message, or else whatever was given. */
function words(message: string, args: readonly string[]): readonly string[] {
  const given = args
    .flatMap((word) => word.split(","))
    .filter((word) => word !== "" && !word.startsWith("-"));
  const named = given.filter((word) => message.split(/[\s"`]+/).includes(word));
  return named.length > 0 ? named : given.slice(-1);
}

async function namesFor(code: string, args: readonly string[]): Promise<readonly string[]> {
  try {
    const { client } = openConnection();
    if (code === "workflow_not_found")
      return (await client.listWorkflows(undefined, { limit: 200 })).workflows.map(({ name }) => name);
    if (code === "secret_not_found") return (await client.listSecrets()).secrets.map(({ name }) => name);
    if (code === "template") return (await client.listTemplates()).templates.map(({ name }) => name);
    const run = args.find((word) => word.startsWith("run_"));
    if (code === "step_not_found" && run !== undefined)
      return (await client.getRun(run)).steps.map(({ id }) => id);
    return [];
  } catch {
    return [];
  }
}
