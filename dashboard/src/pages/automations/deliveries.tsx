// What came by a hook, live: taken and refused, why, and the way to send it once more.

import type { DeliveryResource } from "dispatched/client";
import { ArrowUp, RefreshCw } from "lucide-react";
import { useEffect, useState } from "react";
import { useTextSearch } from "../../app/use-text-search.ts";
import { Button } from "../../look/button.tsx";
import type { Column } from "../../look/data-table.tsx";
import { LiveMark } from "../../look/live-mark.tsx";
import { Moment } from "../../look/moment.tsx";
import { whileSeen } from "../../look/while-seen.ts";
import { useClient } from "../../session/tenant-client.ts";
import { Arrivals } from "./arrivals.tsx";
import { DeliveryDialog } from "./delivery-dialog.tsx";

const states = ["started", "waiting", "rejected", "expired", "refused", "answered"];
const rest: readonly Column<DeliveryResource>[] = [
  { title: "Kept until", cell: ({ expires_at }) => <Moment at={expires_at} />, roomy: true },
];

export function Deliveries({ hook }: { readonly hook: string }) {
  const client = useClient();
  const [, setSearch] = useTextSearch();
  const { fresh, live, seen } = useFresh(hook);
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
            <Button
              className="mb-3"
              kind={fresh > 0 ? "main" : "plain"}
              onClick={() => {
                seen();
                again();
              }}
            >
              {fresh > 0 ? <ArrowUp size={16} aria-hidden /> : <RefreshCw size={16} aria-hidden />}
              {fresh > 0 ? `${fresh.toLocaleString("en")} new` : "Look again"}
            </Button>
            <Button
              className="mb-3"
              kind="quiet"
              onClick={() => setSearch({ hook: undefined, state: undefined })}
            >
              Close
            </Button>
            <span className="mb-3 flex min-h-[var(--row)] items-center">
              <LiveMark live={live} />
            </span>
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

/** How many deliveries came since the list was loaded: they wait to be shown, so that nothing moves under the pointer. */
function useFresh(hook: string) {
  const client = useClient();
  const [fresh, setFresh] = useState(0);
  const [live, setLive] = useState(false);
  useEffect(() => {
    const over = new AbortController();
    setFresh(0);
    let last: string | undefined;
    const deliveries = (signal: AbortSignal) =>
      client.followDeliveries(
        { hook },
        { signal, onBreak: () => setLive(false), ...(last === undefined ? {} : { after: last }) },
      );
    const follow = async () => {
      for await (const { type, cursor } of whileSeen(deliveries, over.signal)) {
        last = cursor;
        setLive(true);
        if (type === "delivery") setFresh((count) => count + 1);
      }
    };
    // Whoever may not follow still looks: the list has the error, and the button.
    follow().catch(() => setLive(false));
    return () => over.abort();
  }, [client, hook]);
  return { fresh, live, seen: () => setFresh(0) };
}
