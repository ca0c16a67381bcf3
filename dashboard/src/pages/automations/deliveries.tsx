// What came by a hook: taken and refused, why, and the way to send it once more.

import type { DeliveryResource } from "dispatched/client";
import { RefreshCw } from "lucide-react";
import { useTextSearch } from "../../app/use-text-search.ts";
import { Button } from "../../look/button.tsx";
import type { Column } from "../../look/data-table.tsx";
import { Moment } from "../../look/moment.tsx";
import { useClient } from "../../session/tenant-client.ts";
import { Arrivals } from "./arrivals.tsx";
import { DeliveryDialog } from "./delivery-dialog.tsx";

const states = ["started", "waiting", "rejected", "expired", "refused"];
const rest: readonly Column<DeliveryResource>[] = [
  { title: "Kept until", cell: ({ expires_at }) => <Moment at={expires_at} />, roomy: true },
];

export function Deliveries({ hook }: { readonly hook: string }) {
  const client = useClient();
  const [, setSearch] = useTextSearch();
  return (
    <section aria-label="Deliveries" className="mt-6">
      <Arrivals
        caption="Deliveries"
        queryKey={["deliveries", hook]}
        states={states}
        before={
          <h2 className="m-0 mb-3 text-lg font-semibold">
            Deliveries of <code>{hook}</code>
          </h2>
        }
        after={(again) => (
          <>
            <Button className="mb-3" onClick={again}>
              <RefreshCw size={16} aria-hidden /> Look again
            </Button>
            <Button
              className="mb-3"
              kind="quiet"
              onClick={() => setSearch({ hook: undefined, state: undefined })}
            >
              Close
            </Button>
          </>
        )}
        rest={rest}
        fetchPage={async (asked) => {
          const { deliveries: rows, next } = await client.listDeliveries(hook, { ...asked, limit: "50" });
          return { rows, next };
        }}
        none={(state) => (
          <p className="text-soft">Nothing {state === "" ? "has come" : `is ${state}`} yet.</p>
        )}
        dialog={(id, onClose) => <DeliveryDialog id={id} onClose={onClose} />}
      />
    </section>
  );
}
