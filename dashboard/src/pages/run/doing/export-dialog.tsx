// The whole record of a run as a file: without values, unless they are chosen.

import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../look/button.tsx";
import { Dialog } from "../../../look/dialog.tsx";
import { jsonText } from "../../../look/json-text.ts";
import { ProblemNotice } from "../../../look/problem-notice.tsx";
import { downloadText } from "../../../session/key-file.ts";
import { useClient } from "../../../session/tenant-client.ts";
import { useRunPage } from "../use-run-page.ts";

export function ExportDialog({ onClose }: { readonly onClose: () => void }) {
  const client = useClient();
  const { run } = useRunPage();
  const [values, setValues] = useState(false);
  const exported = useMutation({
    mutationFn: () => client.exportRun(run.id, !values),
    onSuccess: (record) => {
      downloadText(`${run.id}${values ? "" : "-redacted"}.json`, `${jsonText(record)}\n`, "application/json");
      onClose();
    },
  });
  return (
    <Dialog title="Export this run" onClose={onClose}>
      <p className="mt-0">
        One JSON file: the workflow, the run and its whole log. Redacted, it holds names, times, counts and
        codes, and can be shown to others.
      </p>
      <label className="flex min-h-[var(--row)] items-center gap-2">
        <input type="checkbox" checked={values} onChange={({ target }) => setValues(target.checked)} />
        With values: bodies, messages, labels and the workflow's text
      </label>
      {exported.error !== null && <ProblemNotice error={exported.error} />}
      <div className="mt-3 flex justify-end">
        <Button
          kind="main"
          onClick={() => exported.mutate()}
          offBecause={exported.isPending ? "It is being made" : null}
        >
          <Download size={16} aria-hidden />
          {values ? "Download with values" : "Download redacted"}
        </Button>
      </div>
    </Dialog>
  );
}
