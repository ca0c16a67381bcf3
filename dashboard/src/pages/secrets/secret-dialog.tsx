// A new secret, or another value for one that is there.

import type { SecretResource } from "dispatched/client";
import { useState } from "react";
import { announce } from "../../look/announce.tsx";
import { Button } from "../../look/button.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { TextField } from "../../look/field.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useAct } from "../../look/use-act.ts";
import { useClient } from "../../session/tenant-client.ts";

interface SecretDialogProps {
  /** Null: a new one. */
  readonly secret: SecretResource | null;
  readonly onClose: () => void;
}

interface Given {
  readonly name: string;
  readonly value: string;
  readonly hosts: readonly string[] | null;
}

function offBecause(name: string, value: string, hosts: readonly string[], anywhere: boolean): string | null {
  if (!/^[A-Z][A-Z0-9_]*$/.test(name)) return "a name is UPPER_SNAKE_CASE";
  if (value === "") return "there is no value";
  return hosts.length > 0 || anywhere ? null : "name the hosts that it may be sent to";
}

export function SecretDialog({ secret, onClose }: SecretDialogProps) {
  const client = useClient();
  const [name, setName] = useState(secret?.name ?? "");
  const [value, setValue] = useState("");
  const [hostsText, setHostsText] = useState(secret?.allowed_hosts?.join(", ") ?? "");
  const [anywhere, setAnywhere] = useState(secret !== null && secret.allowed_hosts === null);
  const put = useAct(
    ({ name: of, value: text, hosts }: Given) => client.putSecret(of, text, { allowedHosts: hosts }),
    ["secrets"],
  );
  const hosts = hostsText.split(/[\s,]+/).filter((host) => host !== "");
  const off = put.isPending ? "under way" : offBecause(name, value, hosts, anywhere);
  const save = async () => {
    if (off !== null) return;
    const stored = await put.mutateAsync({ name, value, hosts: anywhere ? null : hosts }).catch(() => null);
    if (stored === null) return;
    const warned = stored.warnings?.join("; ");
    announce(`${name} is stored, version ${stored.version}${warned ? `: ${warned}` : ""}`);
    onClose();
  };
  return (
    <Dialog title={secret === null ? "New secret" : `New value of ${secret.name}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {secret === null && (
          <TextField
            label="Name"
            placeholder="SHOP_KEY"
            value={name}
            onChange={({ target }) => setName(target.value.trim())}
          />
        )}
        <TextField
          label="Value"
          type="password"
          hint="Stored sealed; shown to nobody again."
          value={value}
          onChange={({ target }) => setValue(target.value)}
        />
        <TextField
          label="Hosts that it may be sent to"
          placeholder="api.shop.example, *.shop.example:8443"
          value={hostsText}
          disabled={anywhere}
          onChange={({ target }) => setHostsText(target.value)}
        />
        <label className="mb-3 flex items-center gap-2">
          <input type="checkbox" checked={anywhere} onChange={({ target }) => setAnywhere(target.checked)} />
          It may be sent anywhere
        </label>
        {put.error !== null && <ProblemNotice error={put.error} />}
        <Button kind="main" type="submit" offBecause={off}>
          Store
        </Button>
      </form>
    </Dialog>
  );
}
