// What starts runs of a workflow: requests and hooks, the clock, events, or other workflows.

import type { AnswerOf } from "dispatched/client";
import { AlarmClock, type LucideIcon, Radio, Webhook, Workflow } from "lucide-react";
import type { ReactNode } from "react";
import { NextTime, ScheduleWords } from "../../look/schedule-words.tsx";

type Trigger = NonNullable<AnswerOf<"GET /api/workflows">["workflows"][number]["triggers"]>[number];

interface StartedByProps {
  readonly triggers: readonly Trigger[];
}

export function StartedBy({ triggers }: StartedByProps) {
  return (
    <ul className="m-0 list-none p-0">
      {triggers.length === 0 && <Starter shape={Workflow}>other workflows</Starter>}
      {triggers.map((trigger) => (
        <OneTrigger key={JSON.stringify(trigger)} trigger={trigger} />
      ))}
    </ul>
  );
}

function OneTrigger({ trigger }: { readonly trigger: Trigger }) {
  const { type, signed, schedule = "", timezone = "", next = null, event } = trigger;
  if (type === "http") {
    return <Starter shape={Webhook}>{signed ? "request or signed webhook" : "request or webhook"}</Starter>;
  }
  if (type === "event") {
    return (
      <Starter shape={Radio}>
        event <code className="wrap-anywhere">{event}</code>
      </Starter>
    );
  }
  return (
    <Starter shape={AlarmClock}>
      <ScheduleWords schedule={schedule} timezone={timezone} />
      <span className="block text-sm text-soft">
        next <NextTime at={next} />
      </span>
    </Starter>
  );
}

function Starter({ shape: Shape, children }: { readonly shape: LucideIcon; readonly children: ReactNode }) {
  return (
    <li className="flex items-start gap-1.5">
      <Shape size={15} aria-hidden className="mt-0.5 shrink-0 text-soft" />
      <span className="min-w-0">{children}</span>
    </li>
  );
}
