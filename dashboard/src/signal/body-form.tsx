// A body, asked for by fields that its schema declares, with the JSON that is sent beside them.

import type { Json } from "dispatched/language";
import { type ReactNode, useState } from "react";
import { Button } from "../look/button.tsx";
import { TextArea } from "../look/field.tsx";
import { ProblemNotice } from "../look/problem-notice.tsx";
import { FieldControl } from "./field-control.tsx";
import { placeProblems } from "./place-problems.ts";
import { type BodyDraft, useBody } from "./use-body.ts";

interface BodyFormProps {
  /** JSON Schema of the body; null where none is declared. */
  readonly schema: Json | null;
  /** JSON text with which the form begins. */
  readonly start?: string | null;
  /** What the button says. */
  readonly send: string;
  readonly sending: boolean;
  /** Why the button is off, besides what stands in the form. */
  readonly offBecause?: string | null;
  /** What came of the last try. */
  readonly error: unknown;
  /** @param body JSON text; null for none */
  readonly onSend: (body: string | null) => void;
  /** Beside the button. */
  readonly children?: ReactNode;
}

export function BodyForm({ schema, start = null, sending, error, onSend, ...rest }: BodyFormProps) {
  const draft = useBody(schema, start);
  // Nobody is told what is missing before he has tried, or typed it.
  const [tried, setTried] = useState(false);
  const placed = placeProblems(error, draft.fields);
  const problemOf = (name: string) => {
    const own = draft.problems[name] ?? null;
    const shown = tried || draft.texts[name] !== undefined ? own : null;
    return shown ?? placed?.byField[name] ?? null;
  };
  const submit = () => {
    setTried(true);
    if (Object.keys(draft.problems).length === 0 && !sending) onSend(draft.body);
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className={draft.fields.length === 0 ? "" : "grid gap-x-6 md:grid-cols-[3fr_2fr]"}>
        <Fields draft={draft} problemOf={problemOf} />
        <JsonText draft={draft} others={placed?.others ?? []} />
      </div>
      {error != null && placed === null && <ProblemNotice error={error} />}
      {placed !== null && placed.others.length === 0 && (
        <p role="alert" className="m-0 mb-2 text-failed">
          The engine did not take it: see the fields. Nothing was sent on.
        </p>
      )}
      <div className="sticky -bottom-4 -mb-2 flex flex-wrap items-center gap-2 bg-raised py-2">
        <Button
          kind="main"
          type="submit"
          offBecause={sending ? "It is being sent" : (rest.offBecause ?? null)}
        >
          {sending ? "Sending…" : rest.send}
        </Button>
        {rest.children}
      </div>
    </form>
  );
}

interface FieldsProps {
  readonly draft: BodyDraft;
  readonly problemOf: (name: string) => string | null;
}

function Fields({ draft, problemOf }: FieldsProps) {
  if (draft.fields.length === 0) return null;
  return (
    <fieldset disabled={draft.apart !== null} className="m-0 min-w-0 border-0 p-0 disabled:opacity-55">
      <legend className="sr-only">Fields</legend>
      {draft.apart !== null && <p className="m-0 mb-2 text-soft">{draft.apart}</p>}
      {draft.fields.map((field) => (
        <FieldControl
          key={field.name}
          field={field}
          text={draft.texts[field.name]}
          problem={problemOf(field.name)}
          onChange={(text) => draft.setField(field.name, text)}
        />
      ))}
    </fieldset>
  );
}

function JsonText({ draft, others }: { readonly draft: BodyDraft; readonly others: readonly string[] }) {
  const problem = [draft.fields[0]?.name === "" ? null : draft.problems[""], ...others]
    .filter((one) => one != null)
    .join("; ");
  return (
    <TextArea
      label={draft.fields.length === 0 ? "Body, as JSON" : "What is sent"}
      hint={
        draft.fields.length === 0
          ? "Empty: it is sent without a body."
          : "The same as JSON; what is written here shows in the fields."
      }
      problem={problem === "" ? null : problem}
      rows={Math.min(16, Math.max(4, draft.fields.length + 2))}
      value={draft.body ?? ""}
      onChange={({ target }) => draft.setJson(target.value)}
    />
  );
}
