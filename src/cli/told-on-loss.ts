// A request that may be sent again under a name of its own: whoever hears no answer of it is told how.

import { ClientError } from "../client/client-error.ts";
import { sayingOnInterrupt } from "./saying-on-interrupt.ts";
import { withHint } from "./with-hint.ts";

/** The server may have done it, and only its answer be lost. @param again said then, and when Ctrl-C ends the waiting */
export async function toldOnLoss<Answer>(again: string, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await sayingOnInterrupt(again, ask);
  } catch (error) {
    throw error instanceof ClientError && mayBeDone(error) ? withHint(error, again) : error;
  }
}

function mayBeDone({ code, status }: ClientError): boolean {
  return code === "unreachable" || status >= 500;
}
