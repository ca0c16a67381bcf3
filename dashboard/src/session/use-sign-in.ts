// One attempt to sign in: whether it is under way, and why it failed.

import { useState } from "react";
import { loadPart } from "../look/load-part.ts";
import type { KeyEntry } from "./key-file.ts";

export function useSignIn(only: string | undefined) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const signIn = async (entry: KeyEntry) => {
    if (only !== undefined && entry.tenant !== only) {
      setError(new Error(`these are keys of ${entry.tenant}; this page shows ${only}`));
      return;
    }
    setBusy(true);
    setError(null);
    try {
      const { signInWith } = await loadPart(() => import("./perform-sign-in.ts"));
      await signInWith(entry);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, signIn };
}
