// Settings that are read from variables: within their bounds, or refused.

import assert from "node:assert/strict";
import { homedir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readConfiguration } from "./configuration.ts";
import { homeOf } from "./home-of.ts";
import { settingNames } from "./setting-of.ts";

const retentionOf = (text: string | undefined) =>
  readConfiguration({ DISPATCHED_HOME: "/tmp", DISPATCHED_EPOCH_RETENTION: text }).epochRetentionMs;

test("an epoch lasts a day, or as long as is set, from an hour to a year", () => {
  assert.equal(retentionOf(undefined), 86_400_000);
  assert.equal(retentionOf(""), 86_400_000);
  assert.equal(retentionOf("1h"), 3_600_000);
  assert.equal(retentionOf("P7D"), 7 * 86_400_000);
  for (const text of ["59m", "367d", "3600000", "soon", "-2h"]) {
    assert.throws(() => retentionOf(text), { code: "invalid_configuration", message: /from 1h to 366d/ });
  }
});

test("HTTP/2 is off unless it is turned on, and another word is refused", () => {
  const http2Of = (text: string | undefined) =>
    readConfiguration({ DISPATCHED_HOME: "/tmp", DISPATCHED_HTTP2: text }).http2;
  assert.deepEqual([undefined, "", "off", "on"].map(http2Of), [false, false, false, true]);
  for (const text of ["true", "1", "ON"]) {
    assert.throws(() => http2Of(text), { code: "invalid_configuration", message: /DISPATCHED_HTTP2/ });
  }
});

test("a variable that is empty is one that is not set", () => {
  const empty = Object.fromEntries(settingNames.map((name) => [name, ""]));
  assert.deepEqual(readConfiguration(empty), readConfiguration({}));
  assert.equal(homeOf(empty), join(homedir(), ".config", "dispatched"));
  assert.equal(readConfiguration({ ...empty, DISPATCHED_HOME: "/srv/d" }).dataFolder, "/srv/d/data");
  const noFolder = () => readConfiguration({}, { data: "" });
  assert.throws(noFolder, { code: "invalid_configuration", message: /--data names no folder/ });
});

test("a public address has no credentials", () => {
  for (const text of ["https://ann:pw@flows.example", "https://:pw@flows.example"]) {
    const read = () => readConfiguration({ DISPATCHED_PUBLIC_URL: text });
    assert.throws(read, { code: "invalid_configuration", message: /DISPATCHED_PUBLIC_URL/ });
  }
});

test("a public address is an origin, for a server stands at the root of its host", () => {
  const read = (text: string) => readConfiguration({ DISPATCHED_PUBLIC_URL: text }).publicUrl;
  assert.equal(read("https://flows.example/"), "https://flows.example");
  assert.equal(read("http://127.0.0.1:4000"), "http://127.0.0.1:4000");
  for (const text of ["https://flows.example/dispatched", "https://flows.example/dispatched/"])
    assert.throws(() => read(text), {
      code: "invalid_configuration",
      message: /DISPATCHED_PUBLIC_URL has a path/,
    });
});
