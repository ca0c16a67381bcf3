// What went wrong with a request: what, what to do, and the page of its code.

import { ClientError } from "dispatched/client";
import { OctagonX } from "lucide-react";
import { Button } from "./button.tsx";

interface ProblemNoticeProps {
  readonly error: unknown;
  readonly onAgain?: () => void;
}

export function ProblemNotice({ error, onAgain }: ProblemNoticeProps) {
  const known = error instanceof ClientError ? error : null;
  const text = error instanceof Error ? error.message : String(error);
  const hint = known?.problem?.hint;
  return (
    <div role="alert" className="flex gap-2 rounded-md border border-failed bg-failed-soft p-3">
      <OctagonX size={18} aria-hidden className="mt-0.5 shrink-0 text-failed" />
      <div className="min-w-0">
        <p className="m-0 break-words">{text}</p>
        {hint !== undefined && <p className="m-0 text-soft">{hint}</p>}
        {known?.problem?.problems?.map((one) => (
          <p key={`${one.pointer}${one.code}`} className="m-0 text-sm">
            {(one.line as number | undefined) === undefined ? one.pointer : `line ${one.line}:`} {one.message}
          </p>
        ))}
        {known !== null && known.code !== "unreachable" && (
          <a className="text-sm text-accent underline" href={`/docs/errors/${known.code}`}>
            {known.code}
          </a>
        )}
        {onAgain !== undefined && (
          <Button className="mt-2" onClick={onAgain}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}
