// Checks what expressions refer to, once all steps are known.

import { type DocumentNode, keysTo } from "../document/document-node.ts";
import { placeInText } from "../document/place-of.ts";
import { addProblem, addWarning } from "../document/report.ts";
import type { ProblemCode } from "../document-problems.ts";
import type { MembersNode, PathNode } from "../path-syntax.ts";
import { closestName, didYouMean } from "../shape/closest-name.ts";
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

const secretName = /^[A-Z][A-Z0-9_]*$/;
const secretNameLengthMax = 64;

/** `allIds` are the ids of all steps of the document, those included that could not be read. */
export function checkUses(context: ReadContext, graph: StepGraph, allIds: readonly string[]): void {
  for (const use of context.uses) {
    const check: UseCheck = { use, reader: readerOf(use.node, graph), graph, allIds, context };
    if (use.root.type === "secret") checkSecret(check, use.root);
    else checkNode(check, use.root);
  }
}

function readerOf(node: DocumentNode, graph: StepGraph): Reader {
  const [root, id, field] = keysTo(node);
  if (root === "labels" || root === "defaults") return { type: "none", place: root };
  const number = root === "steps" && field !== "compensate" ? graph.numbers.get(String(id)) : undefined;
  return number === undefined ? { type: "all" } : { type: "step", number };
}

function problem(check: UseCheck, code: ProblemCode, node: { readonly start: number; readonly end: number }, message: string, fix: string | null): void {
  const { report } = check.context;
  addProblem(report, code, placeInText(report.text, check.use.node, node.start, node.end), message, fix);
}

function checkSecret(check: UseCheck, node: PathNode & { readonly type: "secret" }): void {
  if (!check.use.secrets) {
    const fix = "secrets stand in `url`, `query`, `headers`, `body`, `text` and `auth` of a request";
    problem(check, "secret_not_allowed", node, "a secret cannot stand here", fix);
  } else if (node.name.length > secretNameLengthMax || !secretName.test(node.name)) {
    problem(check, "invalid_secret_name", node, `\`${node.name}\` is not the name of a secret`, "secrets are named in UPPER_SNAKE_CASE");
  }
}

function checkNode(check: UseCheck, node: PathNode): void {
  switch (node.type) {
    case "literal":
      return;
    case "root":
      return checkRoot(check, node);
    case "step":
      return checkStep(check, node);
    case "secret": {
      const fix = "write `{{ secrets.NAME }}` by itself, or as a part of a text";
      return problem(check, check.use.secrets ? "secret_in_expression" : "secret_not_allowed", node, "a secret cannot be part of an expression", fix);
    }
    case "members":
      checkNode(check, node.of);
      checkMembers(check, node);
      for (const { key } of node.members) if (typeof key === "object") checkNode(check, key);
      return;
    case "list":
      for (const item of node.items) checkNode(check, item);
      return;
    case "not":
      return checkNode(check, node.operand);
    case "comparison":
      checkNode(check, node.left);
      return checkNode(check, node.right);
    default:
      for (const operand of node.operands) checkNode(check, operand);
  }
}

function checkRoot(check: UseCheck, node: PathNode & { readonly type: "root" }): void {
  if (fixedRoots.has(node.name)) return;
  const { name } = node;
  const closest = closestName(name, rootNames);
  const isStep = check.graph.numbers.has(name);
  const known = `known are ${rootNames.map((root) => `\`${root}\``).join(", ")}; a text stands in quotes`;
  const fix = isStep ? `write \`steps.${name}\`` : closest === null ? known : `did you mean \`${closest}\`?`;
  problem(check, "unknown_reference", node, `the context has no \`${name}\``, fix);
}

function checkStep(check: UseCheck, node: PathNode & { readonly type: "step" }): void {
  const { reader, graph, allIds } = check;
  const { id } = node;
  const number = graph.numbers.get(id);
  if (number === undefined && !allIds.includes(id)) {
    return problem(check, "unknown_step", node, `no step has the id \`${id}\``, didYouMean(id, allIds));
  }
  if (reader.type === "none") {
    const message = reader.place === "labels" ? "labels are evaluated before any step runs" : "defaults hold for every step and see none";
    return problem(check, "reference_not_allowed", node, message, reader.place === "labels" ? "use `trigger` or `run`" : "write it in the request of the step");
  }
  if (reader.type === "all" || number === undefined) return;
  const own = graph.ids[reader.number] as string;
  if (number === reader.number) {
    return problem(check, "reference_not_ancestor", node, `\`${id}\` cannot read itself before it has run`, "use a step that comes before it");
  }
  if (!isAncestor(graph, number, reader.number)) {
    const fix = isAncestor(graph, reader.number, number) ? `\`${id}\` comes after \`${own}\`; use a step that comes before it` : `add \`${id}\` to \`${own}.after\``;
    problem(check, "reference_not_ancestor", node, `\`${id}\` may not have run yet`, fix);
  }
}

/** The members that are known of `trigger`, `run`, a step and its response. */
function checkMembers(check: UseCheck, node: MembersNode): void {
  const { of, members } = node;
  const [first, second] = members;
  if (first === undefined || typeof first.key === "object") return;
  const known = of.type === "step" ? stepMembers : of.type === "root" ? fixedRoots.get(of.name) : undefined;
  if (known === undefined) return;
  const owner = of.type === "step" ? `steps.${of.id}` : (of as { readonly name: string }).name;
  if (!known.includes(String(first.key))) return unknownMember(check, first, owner, known);
  if (of.type === "step" && first.key === "response" && second !== undefined && typeof second.key !== "object") {
    if (!responseMembers.includes(String(second.key))) return unknownMember(check, second, `${owner}.response`, responseMembers);
  }
  const header = first.key === "headers" ? second : first.key === "response" && second?.key === "headers" ? members[2] : undefined;
  if (header !== undefined && typeof header.key === "string" && header.key !== header.key.toLowerCase()) warnOfCase(check, header);
}

function unknownMember(check: UseCheck, member: MembersNode["members"][number], owner: string, known: readonly string[]): void {
  const fix = didYouMean(String(member.key), known) ?? `known are ${known.map((name) => `\`${name}\``).join(", ")}`;
  problem(check, "unknown_reference", member, `\`${owner}\` has no \`${member.key}\``, fix);
}

function warnOfCase(check: UseCheck, member: MembersNode["members"][number]): void {
  const { report } = check.context;
  const place = placeInText(report.text, check.use.node, member.start, member.end);
  addWarning(report, "header_case", place, "names of headers are in lowercase here, so this is always null", `write \`${String(member.key).toLowerCase()}\``);
}
