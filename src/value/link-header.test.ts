// The header Link, as services write it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { linkOf } from "./link-header.ts";

test("the first link of a relation, whatever stands around it", () => {
  assert.equal(
    linkOf('<https://a/?p=2>; rel="next", <https://a/?p=9>; rel="last"', "next"),
    "https://a/?p=2",
  );
  assert.equal(
    linkOf('<https://a/?p=2>; rel="next", <https://a/?p=9>; rel="last"', "LAST"),
    "https://a/?p=9",
  );
  assert.equal(linkOf('</x,y>;title="a; rel=next, <b>";REL = next', "next"), "/x,y");
  assert.equal(linkOf('</a>; rel="prev next"; rel="up"', "next"), "/a");
  assert.equal(linkOf('</a>; rel="up"; rel="next"', "next"), null);
  assert.equal(linkOf('</a>; rel=next; anchor="#x", </b>; rel=next', "next"), "/b");
  assert.equal(linkOf('</a>; title="\\"q\\""; rel=next', "next"), "/a");
});

test("a parameter may be empty, with space before and after", () => {
  assert.equal(linkOf("</a>; title= ; rel=next", "next"), "/a");
  assert.equal(linkOf("</a>; title = ;rel = next ; media=", "next"), "/a");
  assert.equal(linkOf("</a>; rel= , </b>; rel= next", "next"), "/b");
});

test("without one, or without sense, there is none", () => {
  for (const header of ["", "next", "</a>", "</a>; rel", "</a; rel=next", '</a>; rel="nextt"', ", ,"]) {
    assert.equal(linkOf(header, "next"), null, header);
  }
});

test("a header that is made to take long does not", () => {
  for (const part of [
    " ",
    ";",
    "; a",
    '; a="',
    "<",
    ",",
    ";a= ",
    "; a = ",
    ";a=b ",
    ';a="" ',
    ";a= =",
    "=",
  ]) {
    for (const end of ["!", '"', " ", "=", ";", "<"]) {
      const told = linkOf(`</a>${part.repeat(5_000)}${end}`, "next");
      assert.equal(told, null);
    }
  }
});
