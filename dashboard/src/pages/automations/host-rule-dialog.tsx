// A new rule for a host, or another in the place of one: what is wrong is said at its field, and the command does the same.

import { ClientError, type HostRuleResource } from "dispatched/client";
import { useState } from "react";
import { announce } from "../../look/announce.tsx";
import { Button } from "../../look/button.tsx";
import { CommandLine } from "../../look/command-line.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { TextField } from "../../look/field.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useAct } from "../../look/use-act.ts";
import { useClient } from "../../session/tenant-client.ts";
import { type Bounds, boundsInWords, hostCommand } from "./host-words.ts";

interface HostRuleDialogProps {
  /** Null: a new one. */
  readonly rule: HostRuleResource | null;
  /** Of a new one, to begin with. */
  readonly host: string;
  readonly onClose: () => void;
}

type Fields = Readonly<Record<"host" | "rate" | "concurrency" | "breaker" | "workflows", string>>;

interface Typed {
  readonly target: { readonly value: string };
}

const textOr = (text: string) => (text === "" ? null : text);

function boundsOf({ rate, concurrency, breaker, workflows }: Fields): Bounds {
  const count = textOr(concurrency);
  const named = workflows.split(/[\s,]+/).filter((name) => name !== "");
  return {
    rate: textOr(rate),
    concurrency: count === null ? null : Number(count),
    breaker: textOr(breaker),
    workflows: named.length === 0 ? null : named,
  };
}

/** What the engine said of one field; null for nothing. Where it names no bound, it is about the host. */
function problemOf(error: unknown, field: keyof Fields): string | null {
  if (!(error instanceof ClientError)) return null;
  if (error.code !== "invalid_host_rule" && error.code !== "precondition_failed") return null;
  const problems = error.problem?.problems ?? [];
  if (problems.length === 0) return field === "host" ? error.message : null;
  return problems.find(({ pointer }) => pointer === `/${field}`)?.message ?? null;
}

/** What is left out of what is typed, where that is not just blanks. */
const neverIn: Partial<Readonly<Record<keyof Fields, RegExp>>> = {
  concurrency: /\D/g,
  workflows: /[^\w\s,*-]/g,
};

const names = ["host", "rate", "concurrency", "breaker", "workflows"] as const;

function useRuleFields(rule: HostRuleResource | null, host: string) {
  return useState<Fields>({
    host: rule?.host ?? host,
    rate: rule?.rate ?? "",
    concurrency: rule?.concurrency?.toString() ?? "",
    breaker: rule?.breaker ?? "",
    workflows: rule?.workflows?.join(" ") ?? "",
  });
}

function offBecause(host: string, words: string): string | null {
  if (host === "") return "no host is named";
  return words === "" ? "give a rate, a number at once, a breaker or workflows" : null;
}

interface BoundFieldsProps {
  readonly field: (name: keyof Fields) => {
    readonly value: string;
    readonly problem: string | null;
    readonly onChange: (event: Typed) => void;
  };
}

function BoundFields({ field }: BoundFieldsProps) {
  return (
    <>
      <TextField
        label="Rate"
        placeholder="10/1s"
        hint="Calls that may begin in a time of up to 1h."
        {...field("rate")}
      />
      <TextField
        label="Calls at once"
        placeholder="4"
        inputMode="numeric"
        hint="Calls that may be under way at the same time."
        {...field("concurrency")}
      />
      <TextField
        label="Breaker"
        placeholder="5/30s"
        hint="After so many failures in a row nothing is sent for a time; then one call goes to see."
        {...field("breaker")}
      />
      <TextField
        label="Workflows"
        placeholder="process-order billing-*"
        hint="The only ones that may call the host, with spaces between; billing-* is for every name that begins so. Empty: all."
        {...field("workflows")}
      />
    </>
  );
}

export function HostRuleDialog({ rule: shown, host, onClose }: HostRuleDialogProps) {
  // It is changed as it was when the dialog was opened, or not at all.
  const [rule] = useState(shown);
  const client = useClient();
  const [fields, setFields] = useRuleFields(rule, host);
  const bounds = boundsOf(fields);
  const words = boundsInWords(bounds);
  const put = useAct(
    () =>
      client.putHostRule(fields.host, bounds, rule === null ? { ifNoneMatch: "*" } : { ifMatch: rule.etag }),
    ["hosts"],
  );
  const off = put.isPending ? "under way" : offBecause(fields.host, words);
  const field = (name: keyof Fields) => ({
    value: fields[name],
    problem: problemOf(put.error, name),
    onChange: ({ target }: Typed) =>
      setFields({ ...fields, [name]: target.value.replace(neverIn[name] ?? /\s/g, "") }),
  });
  const save = async () => {
    if (off !== null || (await put.mutateAsync(undefined).catch(() => null)) === null) return;
    announce(`The rule for ${fields.host} holds`);
    onClose();
  };
  const isPlaced = names.some((name) => problemOf(put.error, name) !== null);
  return (
    <Dialog title={rule === null ? "New rule for a host" : `Rule for ${rule.host}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {rule === null ? (
          <TextField
            label="Host"
            placeholder="api.example.com"
            hint="As in an address, with a port where it has one. *.example.com is for each host below it."
            {...field("host")}
          />
        ) : (
          <p role="alert" className="m-0 mb-2 text-failed empty:hidden">
            {problemOf(put.error, "host")}
          </p>
        )}
        <BoundFields field={field} />
        {put.error !== null && !isPlaced && <ProblemNotice error={put.error} />}
        {offBecause(fields.host, words) === null && (
          <CommandLine text={hostCommand(fields.host, bounds, rule)} label="Copy the command" />
        )}
        <Button kind="main" type="submit" offBecause={off}>
          {rule === null ? "Put it" : "Change it"}
        </Button>
      </form>
    </Dialog>
  );
}
