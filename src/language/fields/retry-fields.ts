// The fields of a retry, and what `on` takes.

import { formatDuration } from "../../value/duration.ts";
import { limits } from "../../value/limits.ts";
import { placeOf } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import { listShape } from "../shape/list-shape.ts";
import { durationShape, integerShape } from "../shape/number-shape.ts";
import { type ObjectRead, objectShape } from "../shape/object-shape.ts";
import type { ReadContext, Shape } from "../shape/shape.ts";
import { choiceShape } from "../shape/text-shape.ts";

/** What `retry.on` may list besides statuses. */
const retryWords = ["4xx", "5xx", "network", "timeout", "schema"] as const;

export const retryDefaults = { max: 3, delayMs: 1_000, maxDelayMs: 60_000 } as const;

const words = choiceShape(retryWords, "invalid_status");

const onShape: Shape<number | (typeof retryWords)[number]> = {
  read(node, context) {
    const value = node.type === "scalar" ? node.value : null;
    if (typeof value === "number" && Number.isInteger(value) && value >= 300 && value <= 599) return value;
    if (typeof value !== "number" && value !== "2xx") return words.read(node, context);
    const success = value === "2xx" || (value >= 200 && value <= 299);
    const message = success ? "a success is never retried" : `${value} is not a status from 300 to 599`;
    addProblem(context.report, "invalid_status", placeOf(node), message);
  },
  schema: () => ({ anyOf: [{ type: "integer", minimum: 300, maximum: 599 }, { enum: retryWords }] }),
};

const retryFields = {
  on: {
    about:
      "What is tried again: statuses, `4xx`, `5xx`, `network`, `timeout`, `schema`. It replaces the default: 408, 425, 429, 5xx, network, timeout.",
    shape: listShape(onShape, { unique: true }),
  },
  max: {
    about: "Retries after the first attempt.",
    shape: integerShape(0, limits.retries),
    default: retryDefaults.max,
  },
  backoff: {
    about: "How the delay grows from retry to retry.",
    shape: choiceShape(["exponential", "linear", "constant"]),
    default: "exponential",
  },
  delay: { about: "The first delay.", shape: durationShape(0), default: "1s" },
  max_delay: {
    about: "The longest delay; it caps `Retry-After` too.",
    shape: durationShape(0),
    default: "1m",
  },
  jitter: {
    about: "`full`: anything from nothing to the delay; `none`: the delay.",
    shape: choiceShape(["full", "none"]),
    default: "full",
  },
  max_elapsed: { about: "No attempt begins later than this after the first.", shape: durationShape(1) },
} as const;

export type RetryRead = ObjectRead<typeof retryFields>;

export const retryShape = objectShape({
  name: "retry",
  about: "When and how a failed attempt is tried again.",
  fields: retryFields,
  check: checkDelays,
});

function checkDelays(read: RetryRead, context: ReadContext): void {
  const { delay, max_delay: maxDelay } = read.values;
  const entry = read.entries.delay;
  if (delay === undefined || entry === undefined || delay <= (maxDelay ?? retryDefaults.maxDelayMs)) return;
  const longest = formatDuration(maxDelay ?? retryDefaults.maxDelayMs);
  const message = `\`delay\` is longer than \`max_delay\` (${longest}${maxDelay === undefined ? " by default" : ""})`;
  addProblem(
    context.report,
    "retry_delays",
    placeOf(entry.value),
    message,
    `set \`max_delay\` to ${formatDuration(delay)} or more`,
  );
}
