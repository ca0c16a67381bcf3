// Signing in with a key file: the one this page made, or the credentials file of the command line.

import { type DragEvent, useId, useState } from "react";
import { Button, buttonClass } from "../look/button.tsx";
import { ProblemNotice } from "../look/problem-notice.tsx";
import { type KeyEntry, readKeyFile } from "./key-file.ts";
import { useSignIn } from "./use-sign-in.ts";

export function KeyFileForm({ only }: { readonly only: string | undefined }) {
  const { busy, error, signIn } = useSignIn(only);
  const [entries, setEntries] = useState<readonly KeyEntry[]>([]);
  const [unread, setUnread] = useState(false);
  const input = useId();
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    const found = readKeyFile(await file.text()).filter(
      ({ tenant }) => only === undefined || tenant === only,
    );
    setUnread(found.length === 0);
    setEntries(found);
    if (found.length === 1 && found[0] !== undefined) await signIn(found[0]);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  };
  return (
    <section
      aria-label="Drop a key file here"
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
      className="rounded-md border border-dashed border-line-strong p-5 text-center"
    >
      <label htmlFor={input} className={`${buttonClass("main")} focus-within:outline-2`}>
        {busy ? "Signing in…" : "Choose a key file"}
        <input
          id={input}
          type="file"
          accept=".json,application/json"
          className="sr-only"
          disabled={busy}
          onChange={({ target }) => void take(target.files?.[0])}
        />
      </label>
      <p className="mb-0 text-soft">
        or drop it here. The command line keeps one in <code>~/.config/dispatched/credentials.json</code>.
      </p>
      {entries.length > 1 && (
        <ul className="m-0 mt-3 list-none p-0 text-left">
          {entries.map((entry) => (
            <li key={entry.tenant} className="flex items-center justify-between border-t border-line py-1">
              <code>{entry.tenant}</code>
              <Button offBecause={busy ? "signing in" : null} onClick={() => void signIn(entry)}>
                Sign in
              </Button>
            </li>
          ))}
        </ul>
      )}
      {unread && (
        <p role="alert" className="mb-0 text-failed">
          {only === undefined
            ? "No keys of a tenant are in this file."
            : `No keys of ${only} are in this file.`}
        </p>
      )}
      {error !== null && (
        <div className="mt-3 text-left">
          <ProblemNotice error={error} />
        </div>
      )}
    </section>
  );
}
