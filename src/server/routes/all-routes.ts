// Every route of the server.

import type { Route } from "../route.ts";
import { healthRoutes } from "./health-routes.ts";
import { runRoutes } from "./run-routes.ts";
import { secretRoutes } from "./secret-routes.ts";
import { triggerRoute } from "./trigger-route.ts";
import { workflowRoutes } from "./workflow-routes.ts";

export const allRoutes: readonly Route[] = [
  triggerRoute,
  ...runRoutes,
  ...workflowRoutes,
  ...secretRoutes,
  ...healthRoutes,
];
