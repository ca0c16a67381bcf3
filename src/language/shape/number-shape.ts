// Numbers, booleans and durations that are taken as they stand.

import { formatDuration, parseDuration } from "../../value/duration.ts";
import { limits } from "../../value/limits.ts";
import { placeOf } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import type { Shape } from "./shape.ts";
import { wrongType } from "./wrong-type.ts";

/** A whole number from `min` to `max`. */
export function integerShape(min: number, max: number): Shape<number> {
  return {
    read(node, context) {
      const value = node.type === "scalar" ? node.value : null;
      if (typeof value !== "number" && typeof value !== "bigint")
        return wrongType(context, node, "a whole number");
      if (typeof value === "number" && !Number.isInteger(value))
        return wrongType(context, node, "a whole number");
      if (value >= min && value <= max) return Number(value);
      const expected = min === max ? `only ${min} is allowed` : `a number from ${min} to ${max} is expected`;
      addProblem(context.report, "out_of_range", placeOf(node), `${expected}, and this is ${value}`);
    },
    schema: () => ({ type: "integer", minimum: min, maximum: max }),
  };
}

export function booleanShape(): Shape<boolean> {
  return {
    read(node, context) {
      if (node.type === "scalar" && typeof node.value === "boolean") return node.value;
      return wrongType(context, node, "true or false");
    },
    schema: () => ({ type: "boolean" }),
  };
}

/** A duration in milliseconds, at least `minMs`, at most 366 days. */
export function durationShape(minMs: number): Shape<number> {
  return {
    read(node, context) {
      const fix = "write `500ms`, `30s`, `5m`, `24h`, `7d` or ISO 8601 (`PT30S`)";
      if (node.type !== "scalar" || typeof node.value !== "string")
        return wrongType(context, node, "a duration", fix);
      const durationMs = parseDuration(node.value);
      if (durationMs === null) {
        addProblem(
          context.report,
          "invalid_duration",
          placeOf(node),
          `\`${node.value.slice(0, 80)}\` is not a duration`,
          fix,
        );
      } else if (durationMs < minMs || durationMs > limits.duration_ms) {
        const range = `from ${formatDuration(minMs)} to ${formatDuration(limits.duration_ms)}`;
        addProblem(
          context.report,
          "out_of_range",
          placeOf(node),
          `a duration ${range} is expected, and this is ${node.value}`,
        );
      } else {
        return durationMs;
      }
    },
    schema(definitions) {
      definitions.set("duration", {
        type: "string",
        description: "`500ms`, `30s`, `5m`, `24h`, `7d` or ISO 8601 (`PT30S`), at most 366 days.",
        pattern:
          "^(?:[0-9]+(?:ms|s|m|h|d)|P(?:[0-9]+W)?(?:[0-9]+D)?(?:T(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\\.[0-9]{1,3})?S)?)?)$",
      });
      return { $ref: "#/$defs/duration" };
    },
  };
}
