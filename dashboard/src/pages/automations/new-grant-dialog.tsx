// A new grant: made by a handshake with the private key, said in words before it is made.

import { type Device, makeGrant } from "dispatched/client";
import { useState } from "react";
import { announce } from "../../look/announce.tsx";
import { Button } from "../../look/button.tsx";
import { ChoiceField } from "../../look/choice-field.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { TextField } from "../../look/field.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useAct } from "../../look/use-act.ts";
import { KeyNeeded } from "../../session/key-needed.tsx";
import { grantInWords } from "./grant-in-words.ts";
import { useWorkflowNames } from "./use-workflow-names.ts";

const kinds = [
  { value: "key", title: "Requests with the API key" },
  { value: "hook", title: "Hooks" },
  { value: "cron", title: "The clock" },
  { value: "event", title: "Events" },
] as const;
type TriggerKind = (typeof kinds)[number]["value"];

interface TriggerChoiceProps {
  readonly chosen: readonly TriggerKind[];
  readonly onChange: (chosen: readonly TriggerKind[]) => void;
}

function TriggerChoice({ chosen, onChange }: TriggerChoiceProps) {
  return (
    <fieldset className="mb-3 border-0 p-0">
      <legend className="mb-1 p-0 font-semibold">It may be started by</legend>
      {kinds.map(({ value, title }) => (
        <label key={value} className="flex items-center gap-2 py-0.5">
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={({ target }) =>
              onChange(target.checked ? [...chosen, value] : chosen.filter((one) => one !== value))
            }
          />
          {title}
        </label>
      ))}
    </fieldset>
  );
}

interface GrantFormProps {
  readonly device: Device;
  readonly onClose: () => void;
}

function GrantForm({ device, onClose }: GrantFormProps) {
  const names = useWorkflowNames();
  const [chosen, setChosen] = useState("");
  const [triggers, setTriggers] = useState<readonly TriggerKind[]>(kinds.map(({ value }) => value));
  const [hostsText, setHostsText] = useState("");
  const [verify, setVerify] = useState(false);
  const [days, setDays] = useState("30");
  const workflow = chosen === "" ? (names[0]?.value ?? "") : chosen;
  const hosts = hostsText.split(/[\s,]+/).filter((host) => host !== "");
  const make = useAct(
    () => makeGrant(device, { workflow, triggers, hosts, verify, days: Number(days) }),
    ["grants"],
  );
  const save = async () => {
    const made = await make.mutateAsync(undefined).catch(() => null);
    if (made === null) return;
    announce(`${workflow} v${made.version} starts by itself from now on`);
    onClose();
  };
  const off =
    workflow === ""
      ? "there is no workflow yet"
      : triggers.length === 0
        ? "choose by what it may start"
        : make.isPending
          ? "under way"
          : null;
  return (
    <Dialog title="New grant" onClose={onClose}>
      <ChoiceField
        label="Workflow, in its highest version"
        options={names}
        value={workflow}
        onChange={({ target }) => setChosen(target.value)}
      />
      <TriggerChoice chosen={triggers} onChange={setTriggers} />
      <TextField
        label="Hosts that its runs may call"
        placeholder="api.shop.example, *.mail.example"
        value={hostsText}
        onChange={({ target }) => setHostsText(target.value)}
      />
      <label className="mb-3 flex items-center gap-2">
        <input type="checkbox" checked={verify} onChange={({ target }) => setVerify(target.checked)} />
        Check the signatures of hooks at once, not only when somebody signs in
      </label>
      <TextField
        label="For how many days, 90 at most"
        inputMode="numeric"
        value={days}
        onChange={({ target }) => setDays(target.value.replace(/\D/g, ""))}
      />
      <p className="rounded-md border border-amber-fill bg-amber-soft p-3">
        {grantInWords({ triggers, hosts, verify, secrets: [] })} It can open the secrets that the workflow
        names, too: whoever steals both the store and the engine's key, can as well.
      </p>
      {make.error !== null && <ProblemNotice error={make.error} />}
      <Button kind="main" offBecause={off} onClick={() => void save()}>
        Grant it
      </Button>
    </Dialog>
  );
}

export function NewGrantDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <KeyNeeded to="make a grant" onClose={onClose}>
      {(device) => <GrantForm device={device} onClose={onClose} />}
    </KeyNeeded>
  );
}
