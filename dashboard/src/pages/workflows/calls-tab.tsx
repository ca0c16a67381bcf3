// Whom a workflow calls, as the engine tells it: hosts, secrets and whether there are such, workflows that it starts, events.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { WorkflowResource } from "dispatched/client";
import { CircleCheck, OctagonX } from "lucide-react";
import type { ReactNode } from "react";
import { Loaded } from "../../look/loaded.tsx";
import { Panel } from "../../look/panel.tsx";
import { useClient } from "../../session/tenant-client.ts";

export default function CallsTab({ workflow: { name, version } }: { readonly workflow: WorkflowResource }) {
  const client = useClient();
  const uses = useQuery({
    queryKey: ["workflow", name, "uses", version],
    queryFn: () => client.workflowUses(name, version),
  });
  return (
    <Loaded of={uses}>
      {({ hosts, secrets, children, events }) => (
        <div className="grid max-w-5xl gap-x-4 md:grid-cols-2">
          <Panel title="Hosts">
            <List none="It calls nobody.">
              {hosts.map(({ origin, host, steps }) => (
                <Used key={origin} by={steps}>
                  {origin === null ? "decided by an expression when it runs" : <code>{origin}</code>}
                  {host !== null && <RuleLink host={host} />}
                </Used>
              ))}
            </List>
          </Panel>
          <Panel title="Secrets">
            <List none="It uses no secrets.">
              {secrets.map((secret) => (
                <span key={secret.name} className="flex flex-wrap items-center gap-x-2">
                  <There exists={secret.exists}>
                    <code>{secret.name}</code>
                  </There>
                  {!secret.exists && (
                    <Link to="/secrets" className="text-accent underline">
                      Store it
                    </Link>
                  )}
                </span>
              ))}
            </List>
          </Panel>
          <Panel title="Workflows that it starts">
            <List none="It starts no other.">
              {children.map(({ workflow, version: started, exists, steps }) => (
                <Used key={`${workflow} ${started}`} by={steps}>
                  <There exists={exists}>
                    <Link to="/workflows/$name" params={{ name: workflow }} className="text-accent underline">
                      {workflow}
                    </Link>
                    {started !== null && <span className="text-soft">version {started}</span>}
                  </There>
                </Used>
              ))}
            </List>
          </Panel>
          <Panel title="Events">
            <List none="It waits for none, and none starts it.">
              {events.map(({ type, starts, steps }) => (
                <Used key={type} by={steps}>
                  <code>{type}</code>
                  {starts && <span className="text-soft">starts it</span>}
                </Used>
              ))}
            </List>
          </Panel>
        </div>
      )}
    </Loaded>
  );
}

function RuleLink({ host }: { readonly host: string }) {
  return (
    <Link
      to="/automations/$part"
      params={{ part: "hosts" }}
      search={{ host } as never}
      className="text-accent underline"
      aria-label={`Rule for ${host}`}
    >
      Rule
    </Link>
  );
}

function Used({ by, children }: { readonly by: readonly string[]; readonly children: ReactNode }) {
  return (
    <div className="flex min-h-6 flex-wrap items-center gap-x-2">
      {children}
      {by.length > 0 && <span className="text-sm text-soft">in {by.join(", ")}</span>}
    </div>
  );
}

interface ThereProps {
  readonly exists: boolean;
  readonly children: ReactNode;
}

function There({ exists, children }: ThereProps) {
  const Shape = exists ? CircleCheck : OctagonX;
  return (
    <span className="flex flex-wrap items-center gap-1.5">
      <Shape size={15} aria-hidden className={exists ? "text-completed" : "text-failed"} />
      {children}
      <span className="text-soft">{exists ? "is stored" : "is missing"}</span>
    </span>
  );
}

function List({ none, children }: { readonly none: string; readonly children: readonly ReactNode[] }) {
  if (children.length === 0) return <p className="m-0 text-soft">{none}</p>;
  return <div className="flex flex-col gap-2">{children}</div>;
}
