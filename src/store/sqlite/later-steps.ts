// The steps of the schema after the first ones, in their order.

import { begunStep } from "./begun-step.ts";
import { bodiesStep } from "./bodies-step.ts";
import { deletedTenantStep } from "./deleted-tenant-step.ts";
import { hooksStep } from "./hooks-step.ts";
import { linesStep } from "./lines-step.ts";
import { listedStep } from "./listed-step.ts";
import { listsStep } from "./lists-step.ts";
import { looksStep } from "./looks-step.ts";
import { parentsStep } from "./parents-step.ts";
import { piecesStep } from "./pieces-step.ts";

export const laterSteps: readonly string[] = [
  parentsStep,
  listsStep,
  listedStep,
  bodiesStep,
  looksStep,
  deletedTenantStep,
  piecesStep,
  linesStep,
  hooksStep,
  begunStep,
];
