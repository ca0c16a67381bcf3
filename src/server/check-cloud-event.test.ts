// What an event may say, and what becomes of its data in base64: text and JSON where they are such, and else what came.

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkCloudEvent } from "./check-cloud-event.ts";

function dataOf(datacontenttype: string, bytes: Uint8Array | string): readonly unknown[] {
  const data_base64 = Buffer.from(bytes).toString("base64");
  const event = { specversion: "1.0", id: "1", source: "shop", type: "paid", datacontenttype, data_base64 };
  const checked = checkCloudEvent(event);
  if (!checked.ok) return checked.problems.map(({ attribute }) => attribute);
  const { data, data_base64: kept } = checked.event as { data?: unknown; data_base64?: string };
  return kept === undefined ? [data] : [data, kept === data_base64];
}

const latin = Uint8Array.of(0x63, 0x61, 0x66, 0xe9);

test("text that is UTF-8 becomes data, a byte order mark included; all other text stays as it came", () => {
  for (const type of ["text/plain", "text/csv; charset=utf-8", 'TEXT/plain; a=b; charset="UTF-8"']) {
    assert.deepEqual(dataOf(type, "café"), ["café"], type);
  }
  assert.deepEqual(dataOf("text/plain", "\ufeffa"), ["\ufeffa"]);
  assert.deepEqual(dataOf("text/plain", latin), [undefined, true]);
  assert.deepEqual(dataOf("text/plain; charset=iso-8859-1", latin), [undefined, true]);
  assert.deepEqual(dataOf("text/plain; charset=utf-16le", Uint8Array.of(0x61, 0)), [undefined, true]);
});

test("JSON becomes data; what is not UTF-8 is no JSON", () => {
  assert.deepEqual(dataOf("application/json", '{"a":"é"}'), [{ a: "é" }]);
  assert.deepEqual(dataOf("application/problem+json; charset=utf-8", "\ufeff[1]"), [[1]]);
  assert.deepEqual(dataOf("application/json", Uint8Array.of(0x22, 0xe9, 0x22)), ["data_base64"]);
  assert.deepEqual(dataOf("application/json; charset=utf-16", "1"), ["data_base64"]);
  assert.deepEqual(dataOf("application/json", "{"), ["data_base64"]);
});

test("other bytes stay what they are", () => {
  assert.deepEqual(dataOf("image/png", latin), [undefined, true]);
});

test("a leap second is a time where there may be one", () => {
  const isTime = (time: string) =>
    checkCloudEvent({ specversion: "1.0", id: "1", source: "shop", type: "paid", time }).ok;
  for (const time of [
    "1990-12-31T23:59:60Z",
    "1990-12-31T15:59:60-08:00",
    "2016-12-31t23:59:60.25z",
    "2017-01-01T05:29:60+05:30",
    "2012-06-30T23:59:60Z",
    "2012-06-30T23:59:59Z",
  ]) {
    assert.ok(isTime(time), time);
  }
  for (const time of [
    "2016-12-30T23:59:60Z",
    "2016-12-31T22:59:60Z",
    "2016-12-31T23:59:60+01:00",
    "2016-12-31T23:59:61Z",
    "2016-02-30T23:59:60Z",
    "2016-12-31T23:59:60",
  ]) {
    assert.ok(!isTime(time), time);
  }
});
