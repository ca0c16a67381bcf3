// What every store must do: cases that throw when it does not. Each wants an empty store of its own.

import { accountCases } from "./store-contract/account-cases.ts";
import { appendCases } from "./store-contract/append-cases.ts";
import { auditCases } from "./store-contract/audit-cases.ts";
import { bodyCases } from "./store-contract/body-cases.ts";
import { bulkCases } from "./store-contract/bulk-cases.ts";
import { deletedTenantCases } from "./store-contract/deleted-tenant-cases.ts";
import { deletionCases } from "./store-contract/deletion-cases.ts";
import { deliveryCases } from "./store-contract/delivery-cases.ts";
import { epochCases } from "./store-contract/epoch-cases.ts";
import { eventCases } from "./store-contract/event-cases.ts";
import { exclusiveLeaseCases } from "./store-contract/exclusive-lease-cases.ts";
import { failureCases } from "./store-contract/failure-cases.ts";
import { grantCases } from "./store-contract/grant-cases.ts";
import { hookCases } from "./store-contract/hook-cases.ts";
import { inboxCases } from "./store-contract/inbox-cases.ts";
import { inboxOnceCases } from "./store-contract/inbox-once-cases.ts";
import { incomingCases } from "./store-contract/incoming-cases.ts";
import { isolationCases } from "./store-contract/isolation-cases.ts";
import { keptCases } from "./store-contract/kept-cases.ts";
import { keyCases } from "./store-contract/key-cases.ts";
import { leaseCases } from "./store-contract/lease-cases.ts";
import { leftCases } from "./store-contract/left-cases.ts";
import { listCases } from "./store-contract/list-cases.ts";
import { liveCases } from "./store-contract/live-cases.ts";
import { pokeCases } from "./store-contract/poke-cases.ts";
import { recordCases } from "./store-contract/record-cases.ts";
import { retentionCases } from "./store-contract/retention-cases.ts";
import { beginSampleEpoch } from "./store-contract/sample.ts";
import { setAsideCases } from "./store-contract/set-aside-cases.ts";
import { sharedLeaseCases } from "./store-contract/shared-lease-cases.ts";
import { slotCases } from "./store-contract/slot-cases.ts";
import { statsCases } from "./store-contract/stats-cases.ts";
import type { StoreCase } from "./store-contract/store-case.ts";
import { triggerCases } from "./store-contract/trigger-cases.ts";
import { waitingCases } from "./store-contract/waiting-cases.ts";

/** `exclusive`: a new lease ends all others, as on an embedded store. `shared`: they live side by side. */
export function storeContract(leases: "exclusive" | "shared"): readonly StoreCase[] {
  const cases = [
    ...appendCases,
    ...leaseCases,
    ...leftCases,
    ...(leases === "exclusive" ? exclusiveLeaseCases : sharedLeaseCases),
    ...liveCases,
    ...keptCases,
    ...pokeCases,
    ...slotCases,
    ...setAsideCases,
    ...eventCases,
    ...bodyCases,
    ...listCases,
    ...failureCases,
    ...waitingCases,
    ...bulkCases,
    ...statsCases,
    ...deletionCases,
    ...deletedTenantCases,
    ...recordCases,
    ...retentionCases,
    ...triggerCases,
    ...incomingCases,
    ...inboxCases,
    ...hookCases,
    ...inboxOnceCases,
    ...deliveryCases,
    ...grantCases,
    ...isolationCases,
    ...accountCases,
    ...keyCases,
    ...auditCases,
  ];
  return [...cases.map(inSampleEpoch), ...epochCases];
}

/** What the case wraps for the engine can be stored. */
function inSampleEpoch({ name, run }: StoreCase): StoreCase {
  return {
    name,
    async run(store) {
      await beginSampleEpoch(store);
      await run(store);
    },
  };
}
