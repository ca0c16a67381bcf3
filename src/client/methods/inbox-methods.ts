// What comes while nobody is signed in: hooks with their deliveries, items, grants.

import type { FollowOptions } from "../follow-stream.ts";
import { jsonText } from "../json-text.ts";
import type { AcceptedResource, DeliveryResource } from "../resources.ts";
import type { AnswerOf, QueryOf } from "../route-types.ts";
import type { SignalOptions } from "./control-methods.ts";
import { SecretMethods } from "./secret-methods.ts";

export interface FollowDeliveriesOptions extends FollowOptions {
  /** Deliveries after this cursor; by default those that come from now on. */
  readonly after?: string;
}

/** `begin`: from here on nothing is missed; it comes after each break, too. */
export type DeliveryChange =
  | { readonly type: "begin"; readonly cursor: string }
  | { readonly type: "delivery"; readonly cursor: string; readonly delivery: DeliveryResource };

export class InboxMethods extends SecretMethods {
  /** An address that starts the workflow; `quota`: how many of its items may wait in the inbox. */
  createHook(workflow: string, quota?: number): Promise<AnswerOf<"POST /api/hooks">> {
    return this.ask("POST /api/hooks", { json: { workflow, ...(quota === undefined ? {} : { quota }) } });
  }

  /** The newest first, with those that were revoked. */
  listHooks(query: QueryOf<"GET /api/hooks"> = {}): Promise<AnswerOf<"GET /api/hooks">> {
    return this.ask("GET /api/hooks", { query });
  }

  async revokeHook(id: string): Promise<void> {
    await this.ask("DELETE /api/hooks/{id}", { path: { id } });
  }

  /** As a sender does that has the hook's address, and signs nothing. */
  async sendToHook(token: string, { body, idempotencyKey }: SignalOptions): Promise<AcceptedResource> {
    const { headers, text } = jsonText(body, idempotencyKey);
    const answer = await this.ask("POST /hooks/{token}", { path: { token }, headers, ...text });
    // Only what is signed is answered with a challenge.
    return answer as AcceptedResource;
  }

  /** The newest first. */
  listDeliveries(
    hook: string,
    query: QueryOf<"GET /api/hooks/{id}/deliveries"> = {},
  ): Promise<AnswerOf<"GET /api/hooks/{id}/deliveries">> {
    return this.ask("GET /api/hooks/{id}/deliveries", { path: { id: hook }, query });
  }

  /** What came by hooks after a cursor, in its order; without one nothing, and the cursor of now. */
  deliveriesSince(query: QueryOf<"GET /api/deliveries"> = {}): Promise<AnswerOf<"GET /api/deliveries">> {
    return this.ask("GET /api/deliveries", { query });
  }

  /**
   * What comes by hooks, as it comes and each once, until the signal ends it. Broken connections and restarts of the server are
   * waited for; what came meanwhile is told then.
   */
  async *followDeliveries(
    query: QueryOf<"GET /api/deliveries"> = {},
    options: FollowDeliveriesOptions = {},
  ): AsyncGenerator<DeliveryChange> {
    const from = { ...options, after: options.after ?? "" };
    for await (const { id, event, value } of this.stream("GET /api/deliveries", from, { query })) {
      if (event === "begin") yield { type: "begin", cursor: id };
      if (event !== "delivery") continue;
      yield { type: "delivery", cursor: id, delivery: value as unknown as DeliveryResource };
    }
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

  listGrants(query: QueryOf<"GET /api/grants"> = {}): Promise<AnswerOf<"GET /api/grants">> {
    return this.ask("GET /api/grants", { query });
  }

  getGrant(id: string): Promise<AnswerOf<"GET /api/grants/{id}">> {
    return this.ask("GET /api/grants/{id}", { path: { id } });
  }

  async revokeGrant(id: string): Promise<void> {
    await this.ask("DELETE /api/grants/{id}", { path: { id } });
  }
}
