// Checks what expressions refer to, once all steps are known.

import { placeInText } from "../document/place-of.ts";
import { addProblem, addWarning, isFull } from "../document/report.ts";
import type { ProblemCode } from "../document-problems.ts";
import type { SandboxExpression } from "../expression.ts";
import type { StepRead } from "../fields/step-fields.ts";
import { secretsNamedIn } from "../late-lua.ts";
import { childrenOf } from "../path/children-of.ts";
import type { Member, MembersNode, PathNode, RootNode, SecretNode, StepNode } from "../path-syntax.ts";
import { didYouMean } from "../shape/closest-name.ts";
import type { MapEntry } from "../shape/map-shape.ts";
import type { ExpressionUse, ReadContext } from "../shape/shape.ts";
import { fixedRoots, responseMembers, rootNames, stepMembers } from "./context-names.ts";
import { type PlaceWithoutSteps, type Reader, readerOf } from "./reader-of.ts";
import { isAncestor, type StepGraph } from "./step-graph.ts";
import { stepsNamedIn } from "./steps-named-in.ts";

interface UseCheck {
  readonly use: ExpressionUse;
  readonly reader: Reader;
  readonly graph: StepGraph;
  readonly allIds: readonly string[];
  readonly context: ReadContext;
}

interface Finding {
  readonly code: ProblemCode;
  readonly at: { readonly start: number; readonly end: number };
  readonly message: string;
  readonly fix: string | null;
}

const secretName = /^[A-Z][A-Z0-9_]*$/;
const secretNameLengthMax = 64;
const secretFix =
  "secrets stand in `url`, `query`, `headers`, `body`, `text`, `form`, `multipart` and `auth` of a request, and not in `base64`";

/** `allIds` are the ids of all steps of the document, those included that could not be read. */
export function checkUses(
  context: ReadContext,
  graph: StepGraph,
  allIds: readonly string[],
  steps: readonly MapEntry<StepRead>[],
): void {
  for (const use of context.uses) {
    if (isFull(context.report)) return;
    const check: UseCheck = { use, reader: readerOf(use.node, graph, steps), graph, allIds, context };
    if (use.sandbox !== null) checkSandboxed(check, use.sandbox);
    else if (use.root?.type === "secret") report(check, checkSecret(use.root, use.secrets, check.reader));
    else if (use.root !== null) checkNode(check, use.root);
  }
}

/** The steps that an expression of another language names, as far as its text shows; secrets only in Lua of a call. */
function checkSandboxed(check: UseCheck, { lang, source }: SandboxExpression): void {
  for (const { id, start, end } of stepsNamedIn(source)) {
    report(check, checkStep(check, { type: "step", id, start, end }));
  }
  const named = lang === "lua" && check.use.secrets ? secretsNamedIn(source) : [];
  for (const { name, start, end } of named) {
    report(check, checkSecretName(name, { start, end }));
  }
  for (const found of source.matchAll(/\b(?:secrets|callback|run\s*\.\s*session)\b/g)) {
    const at = { start: found.index, end: found.index + found[0].length };
    if (!named.some((secret) => secret.start === at.start))
      report(check, secretNotNamed(check, lang, found[0], at));
  }
}

function secretNotNamed(
  { use }: UseCheck,
  lang: SandboxExpression["lang"],
  word: string,
  at: Finding["at"],
): Finding {
  const message = `\`${word}\` cannot be read here`;
  if (!use.secrets) return { code: "secret_not_allowed", at, message, fix: secretFix };
  const inLua = lang === "lua" && word === "secrets";
  const fix = inLua
    ? "name the secret as it stands: `secrets.NAME`"
    : "write it as an expression of its own, or as a part of a text";
  return { code: "secret_in_expression", at, message, fix };
}

function report({ use, context }: UseCheck, finding: Finding | null): void {
  if (finding === null || isFull(context.report)) return;
  const place = placeInText(context.report, use.node, finding.at.start, finding.at.end);
  addProblem(context.report, finding.code, place, finding.message, finding.fix);
}

function checkNode(check: UseCheck, node: PathNode): void {
  if (node.type === "root") report(check, checkRoot(node, check));
  if (node.type === "step") report(check, checkStep(check, node));
  if (node.type === "secret") report(check, secretInExpression(node, check.use.secrets));
  if (node.type === "members") {
    report(check, checkMembers(node));
    warnOfCase(check, node);
  }
  for (const child of childrenOf(node)) checkNode(check, child);
}

function checkSecret(node: SecretNode, allowed: boolean, reader: Reader): Finding | null {
  if (node.name.startsWith("callback.")) return checkCallback(node, allowed, reader);
  if (node.name === "run.session") return allowed ? null : sessionElsewhere(node);
  if (!allowed) {
    return { code: "secret_not_allowed", at: node, message: "a secret cannot stand here", fix: secretFix };
  }
  return checkSecretName(node.name, node);
}

function checkSecretName(name: string, at: Finding["at"]): Finding | null {
  if (name.length <= secretNameLengthMax && secretName.test(name)) return null;
  const message = `\`${name}\` is not the name of a secret`;
  return { code: "invalid_secret_name", at, message, fix: "secrets are named in UPPER_SNAKE_CASE" };
}

function checkCallback(node: SecretNode, allowed: boolean, reader: Reader): Finding | null {
  if (allowed && reader.hasCallback) return null;
  const message = `\`${node.name}\` exists in the request of a step that has a \`request\` and a \`wait\``;
  return { code: "unknown_reference", at: node, message, fix: null };
}

/** The token is made at the moment of a call, and is nowhere recorded. */
function sessionElsewhere(node: SecretNode): Finding {
  const message = "`run.session` cannot stand here";
  return { code: "secret_not_allowed", at: node, message, fix: "it stands in the fields of a call only" };
}

function secretInExpression(node: SecretNode, allowed: boolean): Finding {
  const code = allowed ? "secret_in_expression" : "secret_not_allowed";
  const fix = allowed ? "write `{{ secrets.NAME }}` by itself, or as a part of a text" : null;
  return { code, at: node, message: "a secret cannot be part of an expression", fix };
}

function checkRoot(node: RootNode, { graph, reader }: UseCheck): Finding | null {
  const { name } = node;
  if (fixedRoots.has(name) || reader.roots.includes(name)) return null;
  const names = [...rootNames, ...reader.roots];
  const known = `known are ${names.map((root) => `\`${root}\``).join(", ")}; a text stands in quotes`;
  const fix = graph.numbers.has(name) ? `write \`steps.${name}\`` : (didYouMean(name, names) ?? known);
  return { code: "unknown_reference", at: node, message: `the context has no \`${name}\``, fix };
}

function checkStep({ reader, graph, allIds }: UseCheck, node: StepNode): Finding | null {
  const { id } = node;
  const number = graph.numbers.get(id);
  if (number === undefined && !allIds.includes(id)) {
    const message = `no step has the id \`${id}\``;
    return { code: "unknown_step", at: node, message, fix: didYouMean(id, allIds) };
  }
  const { sees } = reader;
  if (sees.type === "none") return stepNotSeen(node, sees.place);
  if (sees.type === "all" || number === undefined || isAncestor(graph, number, sees.number)) return null;
  const code = "reference_not_ancestor";
  const before = "use a step that comes before it";
  if (number === sees.number) {
    if (sees.itself) return null;
    return { code, at: node, message: `\`${id}\` cannot read itself before it has run`, fix: before };
  }
  const own = graph.ids[sees.number] as string;
  const behind = isAncestor(graph, sees.number, number);
  const fix = behind ? `\`${id}\` comes after \`${own}\`; ${before}` : `add \`${id}\` to \`${own}.after\``;
  return { code, at: node, message: `\`${id}\` may not have run yet`, fix };
}

function stepNotSeen(node: StepNode, place: PlaceWithoutSteps): Finding {
  const code = "reference_not_allowed";
  if (place !== "defaults") {
    const message = `${place} are evaluated before any step runs`;
    return { code, at: node, message, fix: "use `trigger` or `run`" };
  }
  const message = "defaults hold for every step and see none";
  return { code, at: node, message, fix: "write it in the request of the step" };
}

/** The members that are known of `trigger`, `run`, a step and its response. */
function checkMembers({ of, members: [first, second] }: MembersNode): Finding | null {
  const known = of.type === "step" ? stepMembers : of.type === "root" ? fixedRoots.get(of.name) : undefined;
  if (known === undefined || first === undefined || typeof first.key === "object") return null;
  const owner = of.type === "step" ? `steps.${of.id}` : (of as RootNode).name;
  if (!known.includes(String(first.key))) return unknownMember(first, owner, known);
  const ofResponse = of.type === "step" && first.key === "response" && second !== undefined;
  if (!ofResponse || typeof second.key === "object" || responseMembers.includes(String(second.key)))
    return null;
  return unknownMember(second, `${owner}.response`, responseMembers);
}

function unknownMember(member: Member, owner: string, known: readonly string[]): Finding {
  const fix =
    didYouMean(String(member.key), known) ?? `known are ${known.map((name) => `\`${name}\``).join(", ")}`;
  return { code: "unknown_reference", at: member, message: `\`${owner}\` has no \`${member.key}\``, fix };
}

/** Headers are read by names in lowercase. */
function warnOfCase({ use, context }: UseCheck, { of, members }: MembersNode): void {
  const at = of.type === "step" ? 1 : 0;
  if (of.type !== "step" && (of.type !== "root" || of.name !== "trigger")) return;
  if (of.type === "step" && members[0]?.key !== "response") return;
  const header = members[at]?.key === "headers" ? members[at + 1] : undefined;
  if (typeof header?.key !== "string" || header.key === header.key.toLowerCase()) return;
  const place = placeInText(context.report, use.node, header.start, header.end);
  const message = "names of headers are in lowercase here, so this is always null";
  addWarning(context.report, "header_case", place, message, `write \`${header.key.toLowerCase()}\``);
}
