// A text as the language judges it, soon after each change, and as the engine does when the typing has stopped.

import { ClientError } from "dispatched/client";
import { type GraphNode, graphOf, parseWorkflow, type Workflow } from "dispatched/language";
import { useEffect, useMemo, useRef, useState } from "react";
import { useClient } from "../session/tenant-client.ts";
import type { ShownProblem } from "./document-editor.ts";
import { nextVersion } from "./next-version.ts";
import type { DocumentFormat } from "./text-keys.ts";

export interface CheckedDocument {
  /** Null while the text is not valid. */
  readonly workflow: Workflow | null;
  /** Of the last valid text. */
  readonly steps: readonly GraphNode[];
  readonly problems: readonly ShownProblem[];
}

const checkAfterMs = 120;
const askAfterMs = 900;

function useSettled(text: string, afterMs: number): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), afterMs);
    return () => clearTimeout(timer);
  }, [text, afterMs]);
  return settled;
}

/** The text as it would be stored above `highest`. What is behind the version in its line may move by a digit. */
function asNextVersion(text: string, format: DocumentFormat, highest: number | null): string {
  const change = highest === null ? null : nextVersion(text, format, highest);
  return change === null ? text : text.slice(0, change.from) + change.insert + text.slice(change.to);
}

/** What only the engine knows, such as whether a text is Lua; it stores nothing. */
function useEngineProblems(
  name: string | null,
  text: string,
  format: DocumentFormat,
  highest: number | null,
): readonly ShownProblem[] {
  const client = useClient();
  const settled = useSettled(text, askAfterMs);
  const [told, setTold] = useState<{ readonly text: string; readonly problems: readonly ShownProblem[] }>();
  useEffect(() => {
    if (name === null || settled === "") return;
    let gone = false;
    const tell = (problems: readonly ShownProblem[]) => gone || setTold({ text: settled, problems });
    client
      .putWorkflow(name, asNextVersion(settled, format, highest), format, { dryRun: true })
      .then(({ warnings }) => tell(warnings.map((one) => ({ ...one, severity: "warning" }))))
      .catch((error: unknown) => {
        const problems = error instanceof ClientError ? (error.problem?.problems ?? []) : [];
        tell(problems.map((one) => ({ ...one, severity: "error" })));
      });
    return () => {
      gone = true;
    };
  }, [client, name, settled, format, highest]);
  return told?.text === text ? told.problems : [];
}

/** @param highest the version on which the text was begun; null for a new workflow */
export function useCheckedDocument(
  text: string,
  format: DocumentFormat,
  highest: number | null,
): CheckedDocument {
  const settled = useSettled(text, checkAfterMs);
  // The editor counts each end of a line as one; lines and columns are the same.
  const parsed = useMemo(() => parseWorkflow(settled, format), [settled, format]);
  const last = useRef<readonly GraphNode[]>([]);
  const steps = useMemo(() => {
    if (parsed.ok) last.current = graphOf(parsed.workflow).steps;
    return last.current;
  }, [parsed]);
  const workflow = parsed.ok ? parsed.workflow : null;
  const told = useEngineProblems(workflow?.name ?? null, settled, format, highest);
  const problems = useMemo<readonly ShownProblem[]>(
    () =>
      parsed.ok
        ? [...parsed.warnings.map((one) => ({ ...one, severity: "warning" as const })), ...told].filter(
            isFirst,
          )
        : parsed.problems.map((one) => ({ ...one, severity: "error" as const })).filter(isFirst),
    [parsed, told],
  );
  return { workflow, steps, problems };
}

/** Not what is said twice of one place, by the parser or by language and engine. */
function isFirst(one: ShownProblem, index: number, all: readonly ShownProblem[]): boolean {
  const same = ({ code, line, column }: ShownProblem) =>
    code === one.code && line === one.line && column === one.column;
  return all.findIndex(same) === index;
}
