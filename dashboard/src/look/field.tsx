// A labelled field of a form, with what it expects and what is wrong with it tied to it for screen readers.

import { type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes, useId } from "react";

interface Labelled {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly problem?: string | null;
}

const box =
  "w-full rounded-md border border-line-strong bg-paper px-2.5 py-1.5 text-base text-ink aria-invalid:border-failed";

interface NotesProps {
  readonly id: string;
  readonly hint?: ReactNode;
  readonly problem?: string | null | undefined;
}

/** Below a field: what it expects, and what is wrong with it. `describedBy` ties them to it. */
export function FieldNotes({ id, hint, problem }: NotesProps) {
  return (
    <>
      {isTold(hint) && (
        <p id={`${id}-hint`} className="m-0 mt-1 text-sm text-soft">
          {hint}
        </p>
      )}
      {isTold(problem) && (
        <p id={`${id}-problem`} className="m-0 mt-1 text-sm text-failed" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

export function describedBy({ id, hint, problem }: NotesProps): string | undefined {
  const ids = [...(isTold(hint) ? [`${id}-hint`] : []), ...(isTold(problem) ? [`${id}-problem`] : [])];
  return ids.length === 0 ? undefined : ids.join(" ");
}

const isTold = (note: ReactNode) => note !== undefined && note !== null && note !== "";

function Around({
  id,
  label,
  hint,
  problem,
  children,
}: Labelled & { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className="mb-3">
      <label htmlFor={id} className="mb-1 block font-semibold">
        {label}
      </label>
      {children}
      <FieldNotes id={id} hint={hint} problem={problem} />
    </div>
  );
}

export function TextField({
  label,
  hint,
  problem,
  ...rest
}: Labelled & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <Around id={id} label={label} hint={hint} problem={problem}>
      <input
        id={id}
        autoComplete="off"
        spellCheck={false}
        {...rest}
        className={box}
        aria-invalid={problem == null ? undefined : true}
        aria-describedby={describedBy({ id, hint, problem })}
      />
    </Around>
  );
}

export function TextArea({
  label,
  hint,
  problem,
  ...rest
}: Labelled & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <Around id={id} label={label} hint={hint} problem={problem}>
      <textarea
        id={id}
        spellCheck={false}
        rows={4}
        {...rest}
        className={`${box} font-mono`}
        aria-invalid={problem == null ? undefined : true}
        aria-describedby={describedBy({ id, hint, problem })}
      />
    </Around>
  );
}
