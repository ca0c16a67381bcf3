// One delivery: what was sent, byte for byte as far as it is kept, and sending it once more.

import { useQuery } from "@tanstack/react-query";
import type { ShownDeliveryResource } from "dispatched/client";
import { ClientError } from "dispatched/client";
import { announce } from "../../look/announce.tsx";
import { Button } from "../../look/button.tsx";
import { CommandLine } from "../../look/command-line.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { Loaded } from "../../look/loaded.tsx";
import { Moment } from "../../look/moment.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { StatusMark } from "../../look/status-mark.tsx";
import { useAct } from "../../look/use-act.ts";
import { useClient } from "../../session/tenant-client.ts";
import { Became } from "./became.tsx";

interface DeliveryDialogProps {
  readonly id: string;
  readonly onClose: () => void;
}

function Sent({ of: delivery }: { readonly of: ShownDeliveryResource }) {
  const headers = Object.entries(delivery.headers).map(([name, value]) => `${name}: ${value}`);
  return (
    <>
      <p className="m-0 flex flex-wrap items-center gap-x-4">
        <StatusMark status={delivery.state} />
        <Moment at={delivery.received_at} exact />
        <Became of={delivery} />
      </p>
      <h3 className="mb-1 text-base font-semibold">Headers</h3>
      <CommandLine text={headers.join("\n")} label="Copy the headers" />
      <h3 className="mb-1 text-base font-semibold">
        Body{delivery.whole ? "" : ", its beginning"}
        {delivery.encoding === "base64url" && ", no UTF-8: in base64url"}
      </h3>
      <CommandLine text={delivery.body} label="Copy the body" />
    </>
  );
}

export function DeliveryDialog({ id, onClose }: DeliveryDialogProps) {
  const client = useClient();
  const delivery = useQuery({ queryKey: ["delivery", id], queryFn: () => client.showDelivery(id) });
  const replay = useAct((again: boolean) => client.replayDelivery(id, again), ["deliveries", "hooks"]);
  const send = async (again: boolean) => {
    const sent = await replay.mutateAsync(again).catch(() => null);
    if (sent === null) return;
    if (sent.run === undefined) announce("Sent once more; it waits in the inbox");
    else announce("Sent once more", { to: `/runs/${sent.run}`, text: sent.run });
    onClose();
  };
  const taken = replay.error instanceof ClientError && replay.error.code === "delivery_taken";
  return (
    <Dialog title={`Delivery ${id}`} onClose={onClose} wide>
      <Loaded of={delivery}>{(of) => <Sent of={of} />}</Loaded>
      {replay.error !== null && <ProblemNotice error={replay.error} />}
      <div className="mt-4 flex gap-2">
        {taken ? (
          <Button kind="danger" onClick={() => void send(true)}>
            Start another run by it
          </Button>
        ) : (
          <Button
            kind="main"
            offBecause={
              delivery.data?.whole === false
                ? "its body was not kept whole"
                : replay.isPending
                  ? "under way"
                  : null
            }
            onClick={() => void send(false)}
          >
            Send once more
          </Button>
        )}
      </div>
    </Dialog>
  );
}
