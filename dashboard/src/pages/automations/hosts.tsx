// Rules for the hosts that workflows call: the tenant's own, the operator's that its calls met, and how these hosts stand.

import { useQuery } from "@tanstack/react-query";
import type { HostRuleResource } from "dispatched/client";
import { Gauge } from "lucide-react";
import { useState } from "react";
import { useTextSearch } from "../../app/use-text-search.ts";
import { announce } from "../../look/announce.tsx";
import { Button } from "../../look/button.tsx";
import { CommandLine } from "../../look/command-line.tsx";
import { Confirmed } from "../../look/confirmed.tsx";
import { EmptyState } from "../../look/empty-state.tsx";
import { Loaded } from "../../look/loaded.tsx";
import { Moment } from "../../look/moment.tsx";
import { useAct } from "../../look/use-act.ts";
import { useClient } from "../../session/tenant-client.ts";
import { HostRuleDialog } from "./host-rule-dialog.tsx";
import { type CalledHost, HostStanding } from "./host-standing.tsx";
import { boundsInWords, hostDeletion } from "./host-words.ts";

/** As both kinds are shown. */
interface ShownRule {
  readonly host: string;
  readonly bounds: string;
  readonly called: readonly CalledHost[];
  /** Null for the operator's. */
  readonly own: HostRuleResource | null;
}

interface RuleProps {
  readonly rule: ShownRule;
  readonly change: (host: string) => void;
  readonly remove: (rule: HostRuleResource) => Promise<unknown>;
}

function Rule({ rule: { host, bounds, called, own }, change, remove }: RuleProps) {
  return (
    <li className="grid items-start gap-x-6 gap-y-1 border-b border-line px-2 py-2.5 md:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_minmax(0,1.3fr)_9rem]">
      <div className="min-w-0">
        <code className="font-semibold wrap-anywhere">{host}</code>
        <span className="block text-sm text-soft">
          {own === null ? (
            "the operator's, for all tenants"
          ) : (
            <>
              yours, since <Moment at={own.updated_at} />
            </>
          )}
        </span>
      </div>
      <p className="m-0">{bounds}</p>
      <HostStanding called={called} />
      <span className="flex gap-1 justify-self-start max-md:-ml-3 md:justify-self-end">
        {own !== null && (
          <>
            <Button kind="quiet" aria-label={`Change the rule for ${host}`} onClick={() => change(host)}>
              Change
            </Button>
            <Confirmed
              kind="quiet"
              title={`Delete the rule for ${host}`}
              does="Delete"
              label={`Delete the rule for ${host}`}
              act={() => remove(own)}
            >
              What waits for it goes on, as far as other rules for the host let it.
              <CommandLine text={hostDeletion(host)} label="Copy the command" />
            </Confirmed>
          </>
        )}
      </span>
    </li>
  );
}

interface RulesProps extends Omit<RuleProps, "rule"> {
  readonly rows: readonly ShownRule[];
}

function Rules({ rows, ...acts }: RulesProps) {
  if (rows.length === 0)
    return (
      <EmptyState shape={Gauge} title="No rules yet">
        A rule says how often a host may be called, by how many calls at once, and how long it rests after
        failures: what goes beyond waits, unsent, and spends no retry. It may name the workflows that may call
        it.
      </EmptyState>
    );
  return (
    <ul aria-label="Rules for hosts" className="m-0 list-none border-t border-line p-0">
      {rows.map((rule) => (
        <Rule key={`${rule.own === null ? "operator" : "own"} ${rule.host}`} rule={rule} {...acts} />
      ))}
    </ul>
  );
}

export function Hosts() {
  const client = useClient();
  const [{ host: asked }, setSearch] = useTextSearch();
  // The host whose rule is put; empty for one that is still to be named.
  const [set, setSet] = useState<string | null>(asked ?? null);
  const hosts = useQuery({ queryKey: ["hosts"], queryFn: () => client.listHostRules() });
  const remove = useAct(
    ({ host, etag }: HostRuleResource) => client.deleteHostRule(host, { ifMatch: etag }),
    ["hosts"],
  );
  const end = (rule: HostRuleResource) =>
    remove.mutateAsync(rule).then(() => announce(`The rule for ${rule.host} is deleted`));
  const close = () => {
    setSet(null);
    if (asked !== undefined) setSearch({ host: undefined });
  };
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center justify-end gap-2">
        <p className="m-0 mr-auto text-soft">
          How your workflows spare the services that they call.{" "}
          <a className="text-accent underline" href="/docs/reference/hosts">
            How rules work
          </a>
        </p>
        <Button
          offBecause={hosts.isFetching ? "under way" : null}
          onClick={() => void hosts.refetch().then(() => announce("Shown as it is now"))}
        >
          Look again
        </Button>
        <Button kind="main" onClick={() => setSet("")}>
          New rule
        </Button>
      </div>
      <Loaded of={hosts}>
        {({ hosts: own, operator }) => {
          return (
            <>
              <Rules
                rows={[
                  ...own.map((rule) => ({ ...rule, bounds: boundsInWords(rule), own: rule })),
                  ...operator.map((rule) => ({ ...rule, bounds: boundsInWords(rule), own: null })),
                ]}
                change={setSet}
                remove={end}
              />
              {set !== null && (
                <HostRuleDialog
                  key={set}
                  rule={own.find(({ host }) => host === set) ?? null}
                  host={set}
                  onClose={close}
                />
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}
