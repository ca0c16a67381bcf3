// Signing in with keys that are pasted one by one.

import { useState } from "react";
import { Button } from "../look/button.tsx";
import { TextField } from "../look/field.tsx";
import { ProblemNotice } from "../look/problem-notice.tsx";
import { useSignIn } from "./use-sign-in.ts";

const none = { tenant: "", apiKey: "", privateKey: "", serverKey: "" };

function missing({ tenant, apiKey, privateKey }: typeof none): string | null {
  if (!tenant.startsWith("ten_")) return "a tenant begins with ten_";
  if (!apiKey.startsWith("dsk_")) return "an API key begins with dsk_";
  return privateKey.startsWith("dprv1_") ? null : "a private key begins with dprv1_";
}

export function PastedKeysForm({ only }: { readonly only: string | undefined }) {
  const { busy, error, signIn } = useSignIn(only);
  const [given, setGiven] = useState({ ...none, tenant: only ?? "" });
  const set = (name: keyof typeof none) => (event: { readonly target: { readonly value: string } }) =>
    setGiven({ ...given, [name]: event.target.value.trim() });
  const off = busy ? "signing in" : missing(given);
  const submit = () =>
    off === null &&
    signIn({
      tenant: given.tenant,
      api_key: given.apiKey,
      private_key: given.privateKey,
      server_keys: given.serverKey === "" ? [] : given.serverKey.split(/[\s,]+/),
      generation: 1,
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextField label="Tenant" placeholder="ten_…" value={given.tenant} onChange={set("tenant")} />
      <TextField
        label="API key"
        type="password"
        placeholder="dsk_live_…"
        value={given.apiKey}
        onChange={set("apiKey")}
      />
      <TextField
        label="Private key"
        type="password"
        placeholder="dprv1_…"
        value={given.privateKey}
        onChange={set("privateKey")}
      />
      <TextField
        label="Server's key (optional)"
        placeholder="dsrv1_…"
        hint="From `dispatched status` on another device. Without it the key is taken that this server tells."
        value={given.serverKey}
        onChange={set("serverKey")}
      />
      {error !== null && <ProblemNotice error={error} />}
      <Button kind="main" type="submit" className="mt-2" offBecause={off}>
        {busy ? "Signing in…" : "Sign in"}
      </Button>
    </form>
  );
}
