// A template made one's own: its name, the services that it calls, the secrets that it needs.

import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type Client, ClientError, type TemplateResource } from "dispatched/client";
import { useState } from "react";
import { announce } from "../../look/announce.tsx";
import { Button } from "../../look/button.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { TextField } from "../../look/field.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useAct } from "../../look/use-act.ts";
import { useClient } from "../../session/tenant-client.ts";
import { type Filled, filledDocument } from "./filled-document.ts";

interface CloneDialogProps {
  readonly template: TemplateResource;
  readonly onClose: () => void;
}

type Texts = Readonly<Record<string, string>>;

/** A workflow that is there already is left alone. */
async function storeNew(client: Client, { name, format, text }: Filled): Promise<void> {
  try {
    await client.putWorkflow(name, text, format, { ifNoneMatch: "*" });
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== "precondition_failed") throw error;
    throw new Error(`There is a workflow ${name} already. Give this one another name.`);
  }
}

/** Hosts of the filled-in services: where a secret that is stored here may go. */
function hostsOf(origins: readonly string[]): readonly string[] {
  return [...new Set(origins.map((origin) => new URL(origin).host))];
}

function isOrigin(text: string): boolean {
  return /^https?:\/\/[^/\s]+$/.test(text) && URL.canParse(text);
}

export function CloneDialog({ template, onClose }: CloneDialogProps) {
  const client = useClient();
  const navigate = useNavigate();
  const { documents, hosts, secrets, title } = template;
  const known = useQuery({ queryKey: ["secrets"], queryFn: () => client.listSecrets() });
  const missing = secrets.filter((name) => known.data?.secrets.every((one) => one.name !== name) ?? false);
  const origins = hosts.flatMap(({ origin }) => (origin === null ? [] : [origin]));
  const [name, setName] = useState(template.name);
  const [services, setServices] = useState<Texts>({});
  const [values, setValues] = useState<Texts>({});
  const serviceOf = (origin: string) => services[origin] ?? origin;
  const clone = useAct(async () => {
    const own = new Map(origins.map((origin) => [origin, serviceOf(origin)]));
    const single = documents.length === 1;
    const filled = documents.map((document) => filledDocument(document, single ? name : null, own));
    for (const document of filled) await storeNew(client, document);
    const allowedHosts = hostsOf([...own.values()]);
    for (const secret of missing) {
      const value = values[secret] ?? "";
      if (value !== "") await client.putSecret(secret, value, { allowedHosts });
    }
    return filled[0]?.name ?? name;
  }, ["workflows", "secrets"]);
  const wrong = origins.find((origin) => !isOrigin(serviceOf(origin)));
  const off = clone.isPending ? "under way" : wrong === undefined ? null : "a service begins with https://";
  const save = async () => {
    const stored = await clone.mutateAsync(undefined).catch(() => null);
    if (stored === null) return;
    announce(`${stored} is stored, version 1`);
    // Closed at once: the next page may take a moment, and who comes back before it is there finds no dialog.
    onClose();
    void navigate({ to: "/workflows/$name", params: { name: stored } });
  };
  return (
    <Dialog title={title} onClose={onClose}>
      {documents.length === 1 && (
        <TextField label="Name" value={name} onChange={({ target }) => setName(target.value.trim())} />
      )}
      {origins.map((origin) => (
        <TextField
          key={origin}
          label={`In the place of ${origin}`}
          value={serviceOf(origin)}
          onChange={({ target }) => setServices({ ...services, [origin]: target.value.trim() })}
        />
      ))}
      {missing.map((secret) => (
        <TextField
          key={secret}
          label={`Secret ${secret}`}
          type="password"
          hint="Stored sealed, for these services only. It can be stored later, too."
          value={values[secret] ?? ""}
          onChange={({ target }) => setValues({ ...values, [secret]: target.value })}
        />
      ))}
      {clone.error !== null && <ProblemNotice error={clone.error} />}
      <Button kind="main" offBecause={off} onClick={() => void save()}>
        Make it mine
      </Button>
    </Dialog>
  );
}
