// A new hook: its address is shown this once.

import { useState } from "react";
import { Button } from "../../look/button.tsx";
import { ChoiceField } from "../../look/choice-field.tsx";
import { CommandLine } from "../../look/command-line.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { TextField } from "../../look/field.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useAct } from "../../look/use-act.ts";
import { useClient } from "../../session/tenant-client.ts";
import { useWorkflowNames } from "./use-workflow-names.ts";

export function NewHookDialog({ onClose }: { readonly onClose: () => void }) {
  const client = useClient();
  const names = useWorkflowNames();
  const [chosen, setChosen] = useState("");
  const [quota, setQuota] = useState("");
  const workflow = chosen === "" ? (names[0]?.value ?? "") : chosen;
  const make = useAct(() => client.createHook(workflow, quota === "" ? undefined : Number(quota)), ["hooks"]);
  if (make.data !== undefined) {
    return (
      <Dialog title="The hook is made" onClose={onClose}>
        <p className="mt-0">
          Give this address to the sender. It is shown this once, and stored as a hash: who has it can start{" "}
          <code>{workflow}</code>.
        </p>
        <CommandLine text={make.data.url} label="Copy the address" />
        <p>
          Let the sender sign what it sends, with <code>verify</code> of the workflow's http trigger (
          <a className="text-accent underline" href="/docs/reference/language/triggers#signed-requests">
            how
          </a>
          ).
        </p>
      </Dialog>
    );
  }
  return (
    <Dialog title="New hook" onClose={onClose}>
      <ChoiceField
        label="Starts"
        options={names}
        value={workflow}
        onChange={({ target }) => setChosen(target.value)}
      />
      <TextField
        label="How many of its requests may wait while nobody is signed in"
        inputMode="numeric"
        placeholder="10000"
        value={quota}
        onChange={({ target }) => setQuota(target.value.replace(/\D/g, ""))}
      />
      {make.error !== null && <ProblemNotice error={make.error} />}
      <Button
        kind="main"
        offBecause={workflow === "" ? "there is no workflow yet" : make.isPending ? "under way" : null}
        onClick={() => make.mutate(undefined)}
      >
        Make it
      </Button>
    </Dialog>
  );
}
