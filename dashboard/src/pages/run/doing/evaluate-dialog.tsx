// An expression over the run as it is: nothing is called, nothing recorded.

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../../look/button.tsx";
import { Dialog } from "../../../look/dialog.tsx";
import { TextArea } from "../../../look/field.tsx";
import { JsonView } from "../../../look/json-view.tsx";
import { ProblemNotice } from "../../../look/problem-notice.tsx";
import { useClient } from "../../../session/tenant-client.ts";
import { useRunPage } from "../use-run-page.ts";

const languages = { path: "Path", jsonpath: "JSONPath", lua: "Lua" } as const;
type Language = keyof typeof languages;

export function EvaluateDialog({ onClose }: { readonly onClose: () => void }) {
  const client = useClient();
  const { run, place } = useRunPage();
  const [text, setText] = useState(place.step === null ? "trigger.body" : `steps.${place.step}.output`);
  const [lang, setLang] = useState<Language>("path");
  const evaluated = useMutation({ mutationFn: () => client.evaluate(run.id, text, lang) });
  return (
    <Dialog title="Evaluate over this run" onClose={onClose} wide>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          evaluated.mutate();
        }}
      >
        <TextArea
          label="Expression"
          hint="As in a workflow; secrets have no value here. Nothing is called or recorded."
          value={text}
          onChange={({ target }) => setText(target.value)}
          rows={3}
        />
        <div className="flex flex-wrap items-center gap-3">
          <label className="flex items-center gap-2">
            Language
            <select
              className="min-h-[var(--row)] rounded-md border border-line-strong bg-paper px-2"
              value={lang}
              onChange={({ target }) => setLang(target.value as Language)}
            >
              {Object.entries(languages).map(([name, word]) => (
                <option key={name} value={name}>
                  {word}
                </option>
              ))}
            </select>
          </label>
          <Button kind="main" type="submit" offBecause={text.trim() === "" ? "There is no expression" : null}>
            Evaluate
          </Button>
        </div>
      </form>
      <div aria-live="polite" className="mt-3">
        {evaluated.error !== null && <ProblemNotice error={evaluated.error} />}
        {evaluated.data !== undefined && <JsonView value={evaluated.data.value} label="the value" />}
      </div>
    </Dialog>
  );
}
