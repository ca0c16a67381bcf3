// Whom a workflow calls: hosts, secrets and whether there are such, workflows that it starts, events that it waits for.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { WorkflowResource } from "dispatched/client";
import { graphOf, parseWorkflow } from "dispatched/language";
import { CircleCheck, OctagonX } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { Loaded } from "../../look/loaded.tsx";
import { Panel } from "../../look/panel.tsx";
import { useClient } from "../../session/tenant-client.ts";
import { hostsCalled } from "./hosts-called.ts";

export default function CallsTab({ workflow: { text, format } }: { readonly workflow: WorkflowResource }) {
  const client = useClient();
  const parsed = useMemo(() => parseWorkflow(text, format), [text, format]);
  const secrets = useQuery({ queryKey: ["secrets"], queryFn: () => client.listSecrets() });
  if (!parsed.ok)
    return (
      <p className="text-soft">
        It was stored by another version of Dispatched, and cannot be read by this one.
      </p>
    );
  const { names } = parsed.workflow;
  const hosts = hostsCalled(graphOf(parsed.workflow).steps);
  return (
    <div className="grid max-w-5xl gap-x-4 md:grid-cols-2">
      <Panel title="Hosts">
        <List none="It calls nobody.">
          {hosts.map((host) => (
            <code key={host}>{host}</code>
          ))}
        </List>
      </Panel>
      <Panel title="Secrets">
        <Loaded of={secrets}>
          {(data) => (
            <List none="It uses no secrets.">
              {names.secrets.map((name) => {
                const there = data.secrets.some((secret) => secret.name === name);
                const Shape = there ? CircleCheck : OctagonX;
                return (
                  <span key={name} className="flex items-center gap-1.5">
                    <Shape size={15} aria-hidden className={there ? "text-completed" : "text-failed"} />
                    <code>{name}</code>
                    <span className="text-soft">{there ? "is stored" : "is missing"}</span>
                    {!there && (
                      <Link to="/secrets" className="text-accent underline">
                        Store it
                      </Link>
                    )}
                  </span>
                );
              })}
            </List>
          )}
        </Loaded>
      </Panel>
      <Panel title="Workflows that it starts">
        <List none="It starts no other.">
          {names.workflows.map((name) => (
            <Link key={name} to="/workflows/$name" params={{ name }} className="text-accent underline">
              {name}
            </Link>
          ))}
        </List>
      </Panel>
      <Panel title="Events that it waits for">
        <List none="It waits for none.">
          {names.events.map((event) => (
            <code key={event}>{event}</code>
          ))}
        </List>
      </Panel>
    </div>
  );
}

function List({ none, children }: { readonly none: string; readonly children: readonly ReactNode[] }) {
  if (children.length === 0) return <p className="m-0 text-soft">{none}</p>;
  return <div className="flex flex-col gap-1">{children}</div>;
}
