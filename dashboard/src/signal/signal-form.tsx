// Answers a wait of a run: a signal with the body that the wait's schema asks for.

import { useMutation } from "@tanstack/react-query";
import { ClientError } from "dispatched/client";
import type { Json } from "dispatched/language";
import { useState } from "react";
import { announce } from "../look/announce.tsx";
import { useClient } from "../session/tenant-client.ts";
import { BodyForm } from "./body-form.tsx";

interface SignalFormProps {
  readonly run: string;
  /** The names that the wait takes; one of them is sent. */
  readonly names: readonly string[];
  /** JSON Schema of the body; null where the wait declares none. */
  readonly schema: Json | null;
  /** Why nothing can be sent now. */
  readonly offBecause?: string | null;
  /** The engine has taken it. */
  readonly onSent?: (name: string) => void;
}

/** What was sent is said when the engine has taken it, and not before. */
export function SignalForm({ run, names, schema, offBecause = null, onSent }: SignalFormProps) {
  const client = useClient();
  const [chosen, setChosen] = useState<string | null>(names.length === 1 ? (names[0] ?? null) : null);
  const [key, setKey] = useState(() => crypto.randomUUID());
  const sending = useMutation({
    // The key makes a second press of the same answer harmless.
    mutationFn: async (body: string | null) => {
      const name = chosen ?? "";
      await client.sendSignal(run, name, { body, idempotencyKey: key });
      return name;
    },
    onSuccess: (name) => {
      announce(`The engine has taken ${name}.`);
      setKey(crypto.randomUUID());
      onSent?.(name);
    },
    // What the engine refused was not taken; what it may have taken is sent again under the same key.
    onError: (error) => {
      if (error instanceof ClientError && error.status >= 400 && error.status < 500)
        setKey(crypto.randomUUID());
    },
  });
  return (
    <div>
      {names.length > 1 && <Names names={names} chosen={chosen} onChoose={setChosen} />}
      <BodyForm
        schema={schema}
        send={chosen === null ? "Send" : `Send ${chosen}`}
        sending={sending.isPending}
        error={sending.error}
        offBecause={offBecause ?? (chosen === null ? "Choose which signal is sent" : null)}
        onSend={(body) => sending.mutate(body)}
      />
    </div>
  );
}

interface NamesProps {
  readonly names: readonly string[];
  readonly chosen: string | null;
  readonly onChoose: (name: string) => void;
}

function Names({ names, chosen, onChoose }: NamesProps) {
  return (
    <fieldset className="m-0 mb-3 border-0 p-0">
      <legend className="mb-1 p-0 font-semibold">Signal</legend>
      <div className="flex flex-wrap gap-1.5">
        {names.map((name) => (
          <label
            key={name}
            className="inline-flex min-h-[var(--row)] cursor-pointer items-center gap-1.5 rounded-md border border-line-strong bg-paper px-2.5 has-checked:border-accent has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              className="accent-accent"
              name="signal"
              checked={chosen === name}
              onChange={() => onChoose(name)}
            />
            <code>{name}</code>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
