// What is wrong with the document: each with its line, which is gone to by a click.

import { CircleCheck, OctagonX, TriangleAlert } from "lucide-react";
import type { ShownProblem } from "../../../editor/document-editor.ts";

interface ProblemListProps {
  readonly problems: readonly ShownProblem[];
  readonly onGoTo: (problem: ShownProblem) => void;
}

export function ProblemList({ problems, onGoTo }: ProblemListProps) {
  if (problems.length === 0) {
    return (
      <p role="status" className="m-0 flex items-center gap-1.5 px-3 py-1.5 text-sm text-soft">
        <CircleCheck size={15} aria-hidden className="text-completed" /> No problems
      </p>
    );
  }
  return (
    <ul aria-label="Problems" className="m-0 max-h-36 list-none overflow-auto p-0">
      {problems.map((problem) => (
        <li
          key={`${problem.line} ${problem.column} ${problem.code}`}
          className="border-t border-line first:border-t-0"
        >
          <button
            type="button"
            className="flex w-full gap-2 px-3 py-1.5 text-left text-sm hover:bg-accent-soft"
            onClick={() => onGoTo(problem)}
          >
            {problem.severity === "error" ? (
              <OctagonX size={15} aria-label="error" className="mt-0.5 shrink-0 text-failed" />
            ) : (
              <TriangleAlert size={15} aria-label="warning" className="mt-0.5 shrink-0 text-amber" />
            )}
            <span className="shrink-0 tabular text-soft">line {problem.line}</span>
            <span className="min-w-0 break-words">
              {problem.message}
              {problem.fix !== null && <span className="text-soft"> – {problem.fix}</span>}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
