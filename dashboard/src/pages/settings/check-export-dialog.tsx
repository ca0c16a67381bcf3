// Checks a file of the audit log that was exported before: each entry, and that nothing between them is missing.

import type { AuditVerdictResource, Client } from "dispatched/client";
import { useState } from "react";
import { Dialog } from "../../look/dialog.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useAct } from "../../look/use-act.ts";
import { useClient } from "../../session/tenant-client.ts";
import { VerdictLine } from "./verdict-line.tsx";

/** What one request takes is a megabyte. */
const chunkCharsMax = 200_000;

async function checkLines(client: Client, lines: readonly string[]): Promise<AuditVerdictResource> {
  let head: AuditVerdictResource["head"] | null = null;
  for (let from = 0; ; ) {
    let to = from;
    for (let size = 0; to < lines.length && (to === from || size < chunkCharsMax); to++)
      size += (lines[to] as string).length;
    const verdict: AuditVerdictResource = await client.verifyAuditLines(lines.slice(from, to), head);
    if (!verdict.valid || to === lines.length) return verdict;
    head = verdict.head;
    from = to;
  }
}

export function CheckExportDialog({ onClose }: { readonly onClose: () => void }) {
  const client = useClient();
  const [name, setName] = useState("");
  const check = useAct(
    async (file: File) =>
      checkLines(
        client,
        (await file.text()).split("\n").filter((line) => line !== ""),
      ),
    [],
  );
  return (
    <Dialog title="Check an exported file" onClose={onClose}>
      <p className="mt-0">
        A file of this tenant's log from its first entry: whether an entry was changed, and whether any is
        missing before the last one.
      </p>
      <label className="mb-3 block font-semibold">
        File
        <input
          type="file"
          accept=".ndjson,.jsonl,application/x-ndjson"
          className="mt-1 block font-normal"
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            if (file === undefined) return;
            setName(file.name);
            check.mutate(file);
          }}
        />
      </label>
      {check.isPending && <p role="status">Checking {name}…</p>}
      {check.error !== null && <ProblemNotice error={check.error} />}
      {check.data !== undefined && !check.isPending && <VerdictLine of={name} verdict={check.data} />}
    </Dialog>
  );
}
