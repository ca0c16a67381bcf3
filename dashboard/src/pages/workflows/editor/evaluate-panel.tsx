// An expression over a past run: its value as the engine computes it, with nothing called and nothing recorded.

import { useQuery } from "@tanstack/react-query";
import type { Json } from "dispatched/language";
import { useState } from "react";
import { Button } from "../../../look/button.tsx";
import { ChoiceField } from "../../../look/choice-field.tsx";
import { TextArea } from "../../../look/field.tsx";
import { JsonView } from "../../../look/json-view.tsx";
import { formatMoment } from "../../../look/moment.tsx";
import { usePreferences } from "../../../look/preferences.ts";
import { ProblemNotice } from "../../../look/problem-notice.tsx";
import { statusLook } from "../../../look/status-look.ts";
import { useAct } from "../../../look/use-act.ts";
import { useClient } from "../../../session/tenant-client.ts";

const languages = [
  { value: "path", title: "path, as in {{ }}" },
  { value: "jsonpath", title: "JSONPath" },
  { value: "lua", title: "Lua" },
] as const;
type Lang = (typeof languages)[number]["value"];

export function EvaluatePanel({ workflow }: { readonly workflow: string }) {
  const client = useClient();
  const { zone } = usePreferences();
  const runs = useQuery({
    queryKey: ["runs", "of", workflow],
    queryFn: () => client.listRuns({ workflow, limit: 20 }),
  });
  const [chosen, setChosen] = useState("");
  const [expression, setExpression] = useState("");
  const [lang, setLang] = useState<Lang>("path");
  const run = chosen === "" ? (runs.data?.runs[0]?.id ?? "") : chosen;
  const ask = useAct<undefined, { readonly value: Json }>(() => client.evaluate(run, expression, lang), []);
  if (runs.data?.runs.length === 0) {
    return (
      <p className="m-0 text-soft">Once it has run, expressions can be tried here over what a run did.</p>
    );
  }
  const off =
    run === ""
      ? "there is no run"
      : expression.trim() === ""
        ? "write an expression"
        : ask.isPending
          ? "under way"
          : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (off === null) ask.mutate(undefined);
      }}
    >
      <div className="grid gap-x-3 sm:grid-cols-[2fr_1fr]">
        <ChoiceField
          label="Over the run"
          value={run}
          onChange={({ target }) => setChosen(target.value)}
          options={(runs.data?.runs ?? []).map(({ id, status, created_at }) => ({
            value: id,
            title: `${formatMoment(created_at, zone)} · ${statusLook(status).word} · ${id}`,
          }))}
        />
        <ChoiceField
          label="Language"
          value={lang}
          onChange={({ target }) => setLang(target.value as Lang)}
          options={languages}
        />
      </div>
      <TextArea
        label="Expression"
        rows={2}
        placeholder="steps.charge.output.id"
        hint="Nothing is called and nothing is recorded. Secrets have no value here."
        value={expression}
        onChange={({ target }) => setExpression(target.value)}
      />
      <Button type="submit" offBecause={off}>
        Evaluate
      </Button>
      {ask.error !== null && <ProblemNotice error={ask.error} />}
      {ask.data !== undefined && ask.error === null && (
        <section aria-label="Value">
          <JsonView value={ask.data.value} label="the value" />
        </section>
      )}
    </form>
  );
}
