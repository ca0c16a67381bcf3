// What comes while nobody is signed in: hooks with their deliveries, items, grants.

import { jsonText } from "../json-text.ts";
import type { AnswerOf, QueryOf } from "../route-types.ts";
import type { SignalOptions } from "./control-methods.ts";
import { SecretMethods } from "./secret-methods.ts";

export class InboxMethods extends SecretMethods {
  /** An address that starts the workflow; `quota`: how many of its items may wait in the inbox. */
  createHook(workflow: string, quota?: number): Promise<AnswerOf<"POST /api/hooks">> {
    return this.ask("POST /api/hooks", { json: { workflow, ...(quota === undefined ? {} : { quota }) } });
  }

  listHooks(): Promise<AnswerOf<"GET /api/hooks">> {
    return this.ask("GET /api/hooks");
  }

  async revokeHook(id: string): Promise<void> {
    await this.ask("DELETE /api/hooks/{id}", { path: { id } });
  }

  /** As a sender does that has the hook's address. */
  sendToHook(
    token: string,
    { body, idempotencyKey }: SignalOptions,
  ): Promise<AnswerOf<"POST /hooks/{token}">> {
    const { headers, text } = jsonText(body, idempotencyKey);
    return this.ask("POST /hooks/{token}", { path: { token }, headers, ...text });
  }

  /** The newest first. */
  listDeliveries(
    hook: string,
    query: QueryOf<"GET /api/hooks/{id}/deliveries"> = {},
  ): Promise<AnswerOf<"GET /api/hooks/{id}/deliveries">> {
    return this.ask("GET /api/hooks/{id}/deliveries", { path: { id: hook }, query });
  }

  showDelivery(id: string): Promise<AnswerOf<"GET /api/deliveries/{id}">> {
    return this.ask("GET /api/deliveries/{id}", { path: { id } });
  }

  /** Through its hook once more. `again`: starts another run, whatever it came to before. Errors: `delivery_taken` … */
  replayDelivery(id: string, again = false): Promise<AnswerOf<"POST /api/deliveries/{id}/replay">> {
    return this.ask("POST /api/deliveries/{id}/replay", { path: { id }, query: again ? { again } : {} });
  }

  listInbox(query: QueryOf<"GET /api/inbox"> = {}): Promise<AnswerOf<"GET /api/inbox">> {
    return this.ask("GET /api/inbox", { query });
  }

  /** With what it holds. */
  showItem(id: string): Promise<AnswerOf<"GET /api/inbox/{id}">> {
    return this.ask("GET /api/inbox/{id}", { path: { id } });
  }

  listGrants(): Promise<AnswerOf<"GET /api/grants">> {
    return this.ask("GET /api/grants");
  }

  async revokeGrant(id: string): Promise<void> {
    await this.ask("DELETE /api/grants/{id}", { path: { id } });
  }
}
