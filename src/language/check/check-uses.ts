// Checks what expressions refer to, once all steps are known.

import { type DocumentNode, keysTo } from "../document/document-node.ts";
import { placeInText } from "../document/place-of.ts";
import { addProblem, addWarning, isFull } from "../document/report.ts";
import type { ProblemCode } from "../document-problems.ts";
import { childrenOf } from "../path/children-of.ts";
import type { Member, MembersNode, PathNode, RootNode, SecretNode, StepNode } from "../path-syntax.ts";
import { didYouMean } from "../shape/closest-name.ts";
import type { ExpressionUse, ReadContext } from "../shape/shape.ts";
import { fixedRoots, responseMembers, rootNames, stepMembers } from "./context-names.ts";
import { isAncestor, type StepGraph } from "./step-graph.ts";

/** Where an expression stands decides which steps it may read. */
type Reader =
  | { readonly type: "step"; readonly number: number }
  /** Output and compensations see every step. */
  | { readonly type: "all" }
  | { readonly type: "none"; readonly place: "labels" | "defaults" };

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

/** `allIds` are the ids of all steps of the document, those included that could not be read. */
export function checkUses(context: ReadContext, graph: StepGraph, allIds: readonly string[]): void {
  for (const use of context.uses) {
    if (isFull(context.report)) return;
    const check: UseCheck = { use, reader: readerOf(use.node, graph), graph, allIds, context };
    if (use.root.type === "secret") report(check, checkSecret(use.root, use.secrets));
    else checkNode(check, use.root);
  }
}

function readerOf(node: DocumentNode, graph: StepGraph): Reader {
  const [root, id, field] = keysTo(node);
  if (root === "labels" || root === "defaults") return { type: "none", place: root };
  const number = root === "steps" && field !== "compensate" ? graph.numbers.get(String(id)) : undefined;
  return number === undefined ? { type: "all" } : { type: "step", number };
}

function report({ use, context }: UseCheck, finding: Finding | null): void {
  if (finding === null || isFull(context.report)) return;
  const place = placeInText(context.report, use.node, finding.at.start, finding.at.end);
  addProblem(context.report, finding.code, place, finding.message, finding.fix);
}

function checkNode(check: UseCheck, node: PathNode): void {
  if (node.type === "root") report(check, checkRoot(node, check.graph));
  if (node.type === "step") report(check, checkStep(check, node));
  if (node.type === "secret") report(check, secretInExpression(node, check.use.secrets));
  if (node.type === "members") {
    report(check, checkMembers(node));
    warnOfCase(check, node);
  }
  for (const child of childrenOf(node)) checkNode(check, child);
}

function checkSecret(node: SecretNode, allowed: boolean): Finding | null {
  if (!allowed) {
    const fix = "secrets stand in `url`, `query`, `headers`, `body`, `text` and `auth` of a request";
    return { code: "secret_not_allowed", at: node, message: "a secret cannot stand here", fix };
  }
  if (node.name.length <= secretNameLengthMax && secretName.test(node.name)) return null;
  const message = `\`${node.name}\` is not the name of a secret`;
  return { code: "invalid_secret_name", at: node, message, fix: "secrets are named in UPPER_SNAKE_CASE" };
}

function secretInExpression(node: SecretNode, allowed: boolean): Finding {
  const code = allowed ? "secret_in_expression" : "secret_not_allowed";
  const fix = allowed ? "write `{{ secrets.NAME }}` by itself, or as a part of a text" : null;
  return { code, at: node, message: "a secret cannot be part of an expression", fix };
}

function checkRoot(node: RootNode, graph: StepGraph): Finding | null {
  const { name } = node;
  if (fixedRoots.has(name)) return null;
  const known = `known are ${rootNames.map((root) => `\`${root}\``).join(", ")}; a text stands in quotes`;
  const fix = graph.numbers.has(name) ? `write \`steps.${name}\`` : (didYouMean(name, rootNames) ?? known);
  return { code: "unknown_reference", at: node, message: `the context has no \`${name}\``, fix };
}

function checkStep({ reader, graph, allIds }: UseCheck, node: StepNode): Finding | null {
  const { id } = node;
  const number = graph.numbers.get(id);
  if (number === undefined && !allIds.includes(id)) {
    const message = `no step has the id \`${id}\``;
    return { code: "unknown_step", at: node, message, fix: didYouMean(id, allIds) };
  }
  if (reader.type === "none") return stepNotSeen(node, reader.place);
  if (reader.type === "all" || number === undefined || isAncestor(graph, number, reader.number)) return null;
  const code = "reference_not_ancestor";
  const before = "use a step that comes before it";
  if (number === reader.number) {
    return { code, at: node, message: `\`${id}\` cannot read itself before it has run`, fix: before };
  }
  const own = graph.ids[reader.number] as string;
  const behind = isAncestor(graph, reader.number, number);
  const fix = behind ? `\`${id}\` comes after \`${own}\`; ${before}` : `add \`${id}\` to \`${own}.after\``;
  return { code, at: node, message: `\`${id}\` may not have run yet`, fix };
}

function stepNotSeen(node: StepNode, place: "labels" | "defaults"): Finding {
  const code = "reference_not_allowed";
  if (place === "labels") {
    const message = "labels are evaluated before any step runs";
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
