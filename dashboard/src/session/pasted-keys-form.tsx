// Signing in with keys that are pasted one by one.

import { useState } from "react";
import { Button } from "../look/button.tsx";
import { TextField } from "../look/field.tsx";
import { ProblemNotice } from "../look/problem-notice.tsx";
import { useSignIn } from "./use-sign-in.ts";

const none = { tenant: "", apiKey: "", privateKey: "", serverKey: "" };

const fields = [
  { name: "tenant", label: "Tenant", placeholder: "ten_…" },
  { name: "apiKey", label: "API key", type: "password", placeholder: "dsk_live_…" },
  { name: "privateKey", label: "Private key", type: "password", placeholder: "dprv1_…" },
  {
    name: "serverKey",
    label: "Server's key (optional)",
    placeholder: "dsrv1_…",
    hint: "From `dispatched status` on another device. Without it the key is taken that this server tells.",
  },
] as const;

function missing({ tenant, apiKey, privateKey }: typeof none): string | null {
  if (!tenant.startsWith("ten_")) return "a tenant begins with ten_";
  if (!apiKey.startsWith("dsk_")) return "an API key begins with dsk_";
  return privateKey.startsWith("dprv1_") ? null : "a private key begins with dprv1_";
}

export function PastedKeysForm({ only }: { readonly only: string | undefined }) {
  const { busy, error, signIn } = useSignIn(only);
  const [given, setGiven] = useState({ ...none, tenant: only ?? "" });
  const off = busy ? "signing in" : missing(given);
  const submit = () =>
    off === null &&
    signIn({
      tenant: given.tenant,
      api_key: given.apiKey,
      private_key: given.privateKey,
      server_keys: given.serverKey === "" ? [] : given.serverKey.split(/[\s,]+/),
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {fields.map(({ name, ...field }) => (
        <TextField
          key={name}
          {...field}
          value={given[name]}
          onChange={({ target }) => setGiven({ ...given, [name]: target.value.trim() })}
        />
      ))}
      {error !== null && <ProblemNotice error={error} />}
      <Button kind="main" type="submit" className="mt-2" offBecause={off}>
        {busy ? "Signing in…" : "Sign in"}
      </Button>
    </form>
  );
}
