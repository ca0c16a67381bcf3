// Every route of the server.

import type { Route } from "../route.ts";
import { accessRoutes } from "./access-routes.ts";
import { auditRoutes } from "./audit-routes.ts";
import { bodyRoute } from "./body-route.ts";
import { bulkRoutes } from "./bulk-routes.ts";
import { callbackRoutes } from "./callback-routes.ts";
import { controlRoutes } from "./control-routes.ts";
import { dashboardRoutes } from "./dashboard-routes.ts";
import { deliveryRoutes } from "./delivery-routes.ts";
import { docsRoutes } from "./docs-routes.ts";
import { eventRoutes } from "./event-routes.ts";
import { healthRoutes } from "./health-routes.ts";
import { hookRoutes } from "./hook-routes.ts";
import { hostRoutes } from "./host-routes.ts";
import { inboxRoutes } from "./inbox-routes.ts";
import { overviewRoutes } from "./overview-routes.ts";
import { privateKeyRoutes } from "./private-key-routes.ts";
import { referenceRoutes } from "./reference-routes.ts";
import { reviewRoutes } from "./review-routes.ts";
import { rotationRoute } from "./rotation-route.ts";
import { runRoutes } from "./run-routes.ts";
import { scheduleRoutes } from "./schedule-routes.ts";
import { secretRoutes } from "./secret-routes.ts";
import { sessionRoutes } from "./session-routes.ts";
import { signalRoutes } from "./signal-routes.ts";
import { signingRoutes } from "./signing-routes.ts";
import { templateRoutes } from "./template-routes.ts";
import { serverRoute, tenantRoute } from "./tenant-route.ts";
import { triggerRoute } from "./trigger-route.ts";
import { usesRoute } from "./uses-route.ts";
import { workflowRoutes } from "./workflow-routes.ts";

/** What programs call: OpenAPI describes these. */
export const allRoutes: readonly Route[] = [
  triggerRoute,
  // Before `/api/runs/:id`, which would take it for a run.
  ...bulkRoutes,
  ...runRoutes,
  ...reviewRoutes,
  bodyRoute,
  ...overviewRoutes,
  ...controlRoutes,
  ...signalRoutes,
  ...callbackRoutes,
  ...eventRoutes,
  ...scheduleRoutes,
  ...workflowRoutes,
  usesRoute,
  ...templateRoutes,
  ...secretRoutes,
  ...signingRoutes,
  ...hostRoutes,
  ...auditRoutes,
  ...hookRoutes,
  ...deliveryRoutes,
  ...inboxRoutes,
  ...sessionRoutes,
  ...accessRoutes,
  ...privateKeyRoutes,
  rotationRoute,
  tenantRoute,
  serverRoute,
  ...healthRoutes,
  ...docsRoutes,
  ...referenceRoutes(() => allRoutes),
];

/** These and the dashboard. */
export const servedRoutes: readonly Route[] = [...allRoutes, ...dashboardRoutes];
