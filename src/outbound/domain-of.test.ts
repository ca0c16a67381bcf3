// Hosts of one owner are one domain, those of several are several.

import assert from "node:assert/strict";
import { test } from "node:test";
import { domainOf } from "./domain-of.ts";

test("the part of a host that is one owner's", () => {
  for (const [host, domain] of [
    ["api.example.com", "example.com"],
    ["a.b.example.com", "example.com"],
    ["example.com", "example.com"],
    ["localhost", "localhost"],
    ["a.ibm.de", "ibm.de"],
    ["shop.example.co.uk", "example.co.uk"],
    ["a.b.example.com.au", "example.com.au"],
    ["example.or.jp", "example.or.jp"],
    ["co.uk", "co.uk"],
    ["b.s3.eu-west-1.amazonaws.com", "eu-west-1.amazonaws.com"],
    ["shop.herokuapp.com", "shop.herokuapp.com"],
    ["orders.shop.svc.cluster.local", "shop.svc.cluster.local"],
    ["db.internal", "db.internal"],
  ] as const) {
    assert.equal(domainOf(host), domain, host);
  }
});
