// All checkers over one history.

import type { Broken, History } from "../history.ts";
import { checkAnswers } from "./check-answers.ts";
import { checkAttended } from "./check-attended.ts";
import { checkAudit } from "./check-audit.ts";
import { checkBounds } from "./check-bounds.ts";
import { checkBulkSets } from "./check-bulk-sets.ts";
import { checkBulks } from "./check-bulks.ts";
import { checkCalls } from "./check-calls.ts";
import { checkChildren } from "./check-children.ts";
import { checkCompensation } from "./check-compensation.ts";
import { checkCron } from "./check-cron.ts";
import { checkDeletions } from "./check-deletions.ts";
import { checkDeliveries } from "./check-deliveries.ts";
import { checkEpochs } from "./check-epochs.ts";
import { checkEvents } from "./check-events.ts";
import { checkFencing } from "./check-fencing.ts";
import { checkGivenUp } from "./check-given-up.ts";
import { checkGranted } from "./check-granted.ts";
import { checkGrants } from "./check-grants.ts";
import { checkHooks } from "./check-hooks.ts";
import { checkHosts } from "./check-hosts.ts";
import { checkInbox } from "./check-inbox.ts";
import { checkInboxRoom } from "./check-inbox-room.ts";
import { checkJitter } from "./check-jitter.ts";
import { checkKeys } from "./check-keys.ts";
import { checkLabels } from "./check-labels.ts";
import { checkLinks } from "./check-links.ts";
import { checkLive } from "./check-live.ts";
import { checkLiveness } from "./check-liveness.ts";
import { checkLog } from "./check-log.ts";
import { checkOrder } from "./check-order.ts";
import { checkOutcomes } from "./check-outcomes.ts";
import { checkParks } from "./check-parks.ts";
import { checkPolls } from "./check-polls.ts";
import { checkRefusals } from "./check-refusals.ts";
import { checkRefusedKeys } from "./check-refused-keys.ts";
import { checkReruns } from "./check-reruns.ts";
import { checkResponds } from "./check-responds.ts";
import { checkRetention } from "./check-retention.ts";
import { checkRetries } from "./check-retries.ts";
import { checkSecrecy } from "./check-secrecy.ts";
import { checkSecrets } from "./check-secrets.ts";
import { checkSignals } from "./check-signals.ts";
import { checkSlots } from "./check-slots.ts";
import { checkStatus } from "./check-status.ts";
import { checkStoredKeys } from "./check-stored-keys.ts";
import { checkStrategies } from "./check-strategies.ts";
import { checkStreams } from "./check-streams.ts";
import { checkTakenOver } from "./check-taken-over.ts";
import { checkTenantHosts } from "./check-tenant-hosts.ts";
import { checkTimeouts } from "./check-timeouts.ts";
import { checkWaits } from "./check-waits.ts";

const checkers = [
  checkLog,
  checkRetention,
  checkBounds,
  checkAnswers,
  checkRefusals,
  checkAudit,
  checkCalls,
  checkOrder,
  checkStrategies,
  checkPolls,
  checkOutcomes,
  checkRetries,
  checkStatus,
  checkJitter,
  checkCompensation,
  checkFencing,
  checkTimeouts,
  checkLiveness,
  checkSecrecy,
  checkSecrets,
  checkSignals,
  checkWaits,
  checkSlots,
  checkChildren,
  checkEpochs,
  checkHosts,
  checkTenantHosts,
  checkEvents,
  checkCron,
  checkReruns,
  checkTakenOver,
  checkBulks,
  checkBulkSets,
  checkDeletions,
  checkResponds,
  checkKeys,
  checkRefusedKeys,
  checkStoredKeys,
  checkLinks,
  checkLabels,
  checkAttended,
  checkLive,
  checkInbox,
  checkInboxRoom,
  checkStreams,
  checkHooks,
  checkDeliveries,
  checkGrants,
  checkGranted,
  checkParks,
  checkGivenUp,
];

export function checkHistory(history: History): readonly Broken[] {
  return checkers.flatMap((check) => check(history));
}
