// The audit log as a file: let out by a handshake, so that no stolen session exports it.

import { type Client, type Device, permitAuditExport } from "dispatched/client";
import { Button } from "../../look/button.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useAct } from "../../look/use-act.ts";
import { downloadText } from "../../session/key-file.ts";
import { KeyNeeded } from "../../session/key-needed.tsx";
import { useClient } from "../../session/tenant-client.ts";

async function exportAll(client: Client, device: Device): Promise<number> {
  const permit = await permitAuditExport(device);
  const lines: string[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const page: { readonly lines: readonly string[]; readonly next: number | null } =
      await client.exportAudit(permit, after);
    lines.push(...page.lines);
    after = page.next;
  }
  downloadText(`${device.tenant}.audit.ndjson`, `${lines.join("\n")}\n`, "application/x-ndjson");
  return lines.length;
}

function ExportForm({ device, onClose }: { readonly device: Device; readonly onClose: () => void }) {
  const client = useClient();
  const run = useAct(() => exportAll(client, device), ["audit"]);
  return (
    <Dialog title="Export the audit log" onClose={onClose}>
      <p className="mt-0">
        One entry a line, with the code of each. <code>dispatched audit verify FILE</code> checks the file
        later.
      </p>
      {run.error !== null && <ProblemNotice error={run.error} />}
      {run.data !== undefined ? (
        <p role="status">{run.data} entries are in your downloads.</p>
      ) : (
        <Button
          kind="main"
          offBecause={run.isPending ? "under way" : null}
          onClick={() => run.mutate(undefined)}
        >
          Download it
        </Button>
      )}
    </Dialog>
  );
}

export function AuditExportDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <KeyNeeded to="export the audit log" onClose={onClose}>
      {(device) => <ExportForm device={device} onClose={onClose} />}
    </KeyNeeded>
  );
}
