// Signing in: with a key file, with keys that are pasted, or with keys that are made here.

import { KeyRound } from "lucide-react";
import { useEffect, useState } from "react";
import { CommandLine } from "../look/command-line.tsx";
import { KeyFileForm } from "./key-file-form.tsx";
import { MakeKeysForm } from "./make-keys-form.tsx";
import { PastedKeysForm } from "./pasted-keys-form.tsx";

const ways = [
  { id: "file", title: "Key file" },
  { id: "pasted", title: "Paste keys" },
  { id: "make", title: "New tenant" },
] as const;

interface SignInFormsProps {
  /** Only this tenant is let in: its session ended. */
  readonly only?: string;
}

export function SignInForms({ only }: SignInFormsProps) {
  const [way, setWay] = useState<(typeof ways)[number]["id"]>("file");
  const offered = only === undefined ? ways : ways.filter(({ id }) => id !== "make");
  return (
    <div>
      <div role="tablist" aria-label="Ways to sign in" className="mb-4 flex gap-1 border-b border-line">
        {offered.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`way-${id}`}
            aria-selected={way === id}
            aria-controls="way-panel"
            onClick={() => setWay(id)}
            className="-mb-px border-b-2 border-transparent px-3 py-2 text-soft aria-selected:border-accent aria-selected:font-semibold aria-selected:text-ink"
          >
            {title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="way-panel" aria-labelledby={`way-${way}`}>
        {way === "file" && <KeyFileForm only={only} />}
        {way === "pasted" && <PastedKeysForm only={only} />}
        {way === "make" && <MakeKeysForm />}
      </div>
    </div>
  );
}

export function SignInPage({ note }: { readonly note?: string | null }) {
  useEffect(() => {
    document.title = "Sign in · Dispatched";
  }, []);
  return (
    <main className="mx-auto max-w-lg px-4 py-10">
      <h1 className="m-0 mb-1 flex items-center gap-2 text-xl font-semibold">
        <KeyRound size={22} aria-hidden className="text-accent" />
        Sign in to Dispatched
      </h1>
      <p className="mt-0 mb-4 text-soft">
        Your data is sealed under your own key. The key stays in this page's memory: it is neither sent nor
        stored.
      </p>
      {note != null && (
        <p role="alert" className="rounded-md border border-amber-fill bg-amber-soft p-3">
          {note}
        </p>
      )}
      <SignInForms />
      <section className="mt-6 border-t border-line pt-4">
        <h2 className="m-0 text-base font-semibold">Signed in on the command line?</h2>
        <p className="m-0 text-soft">This opens the dashboard without the key entering the browser:</p>
        <CommandLine text="dispatched open" />
      </section>
    </main>
  );
}
