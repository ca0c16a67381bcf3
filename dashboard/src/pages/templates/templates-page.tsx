// Ready workflows, cloned in one click.

import { useQuery } from "@tanstack/react-query";
import type { TemplateResource } from "dispatched/client";
import { graphOf, parseWorkflow } from "dispatched/language";
import { useMemo, useState } from "react";
import { GraphPicture } from "../../graph/graph-picture.tsx";
import { Button } from "../../look/button.tsx";
import { Loaded } from "../../look/loaded.tsx";
import { Page } from "../../look/page.tsx";
import { useClient } from "../../session/tenant-client.ts";
import { CloneDialog } from "./clone-dialog.tsx";

interface CardProps {
  readonly template: TemplateResource;
  readonly onUse: () => void;
}

function Card({ template, onUse }: CardProps) {
  const { title, description, documents, hosts, secrets } = template;
  const [first] = documents;
  const steps = useMemo(() => {
    const parsed = first === undefined ? null : parseWorkflow(first.text, first.format);
    return parsed?.ok ? graphOf(parsed.workflow).steps : [];
  }, [first]);
  const called = hosts.map(({ host }) => host ?? "an address that is computed").join(", ");
  return (
    <li className="flex flex-col rounded-md border border-line bg-raised p-4">
      <h2 className="m-0 mb-1 text-lg font-semibold">{title}</h2>
      <p className="m-0 mb-2 text-soft">{description}</p>
      <div className="mb-2 flex h-44 rounded bg-sunken p-2">
        <GraphPicture steps={steps} label={`${title}: ${steps.length} steps`} />
      </div>
      <p className="m-0 mb-3 text-sm text-soft">
        {documents.length > 1 && `${documents.length} workflows. `}
        {called === "" ? "Calls nobody." : `Calls ${called}.`}
        {secrets.length > 0 && ` Needs ${secrets.join(", ")}.`}
      </p>
      <div className="mt-auto">
        <Button kind="main" aria-label={`Use it: ${title}`} onClick={onUse}>
          Use it
        </Button>
      </div>
    </li>
  );
}

export function TemplatesPage() {
  const client = useClient();
  const templates = useQuery({
    queryKey: ["templates"],
    queryFn: () => client.listTemplates(),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [used, setUsed] = useState<TemplateResource | null>(null);
  return (
    <Page title="Templates">
      <p className="mt-0 text-soft">
        Workflows to begin with. Each was run by a test; put your own services in the place of those that it
        calls.
      </p>
      <Loaded of={templates}>
        {({ templates: rows }) => (
          <ul className="m-0 grid list-none grid-cols-1 gap-4 p-0 md:grid-cols-2 xl:grid-cols-3">
            {rows.map((template) => (
              <Card key={template.name} template={template} onUse={() => setUsed(template)} />
            ))}
          </ul>
        )}
      </Loaded>
      {used !== null && <CloneDialog template={used} onClose={() => setUsed(null)} />}
    </Page>
  );
}
