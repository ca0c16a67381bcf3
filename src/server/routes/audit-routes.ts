// The audit log: listed, verified, exported.

import type { AuditHead } from "../../handshake/confirmation.ts";
import { bytesOfBase64Url } from "../../value/base64-url.ts";
import { DispatchedError } from "../../value/problem.ts";
import { auditEntryJson, auditVerdictJson } from "../api-json.ts";
import { type ApiRequest, readBody } from "../api-request.ts";
import { jsonAnswer, pageLimit, queryNumber, type Route } from "../route.ts";

/** Lines of an export in one request. */
const linesBytesMax = 1_048_576;
const anySeq = { least: 0, most: Number.MAX_SAFE_INTEGER, fallback: 0 } as const;
const lineLimit = { least: 1, most: 500, fallback: 500 } as const;

/** The number before which the page ends. Errors: `invalid_cursor`. */
function cursorOf(request: ApiRequest): number | null {
  const text = request.query.get("cursor");
  if (text === null) return null;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new DispatchedError("invalid_cursor", "this list gave no such cursor");
}

/** What the lines follow: `seq` and `mac` in the query, or nothing. Errors: `invalid_query`. */
function headIn(request: ApiRequest): AuditHead {
  const seq = queryNumber(request, "seq", anySeq);
  const text = request.query.get("mac");
  const mac = seq === 0 && text === null ? new Uint8Array(32) : bytesOfBase64Url(text ?? "");
  if (mac?.length === 32) return { seq, mac };
  throw new DispatchedError("invalid_query", "mac is the code of entry seq: base64url of 32 bytes");
}

export const auditRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/api/audit",
    access: "session",
    handle: async ({ engine }, request, tenant) => {
      const limit = queryNumber(request, "limit", pageLimit);
      const { entries, before } = await engine.listAudit(tenant, cursorOf(request), limit);
      const next = before === null ? null : String(before);
      return jsonAnswer(200, { entries: entries.map(auditEntryJson), next });
    },
  },
  {
    method: "GET",
    path: "/api/audit/verify",
    access: "session",
    handle: async ({ engine }, request, tenant) => {
      const verdict = await engine.verifyAudit(tenant, queryNumber(request, "seq", anySeq));
      return jsonAnswer(200, auditVerdictJson(verdict));
    },
  },
  {
    method: "POST",
    path: "/api/audit/verify",
    access: "session",
    handle: async ({ engine }, request, tenant) => {
      const text = await readBody(request, linesBytesMax);
      const lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
      return jsonAnswer(200, auditVerdictJson(engine.verifyAuditLines(tenant, headIn(request), lines)));
    },
  },
  {
    method: "GET",
    path: "/api/audit/export",
    access: "session",
    handle: async ({ engine }, request, tenant) => {
      const permit = request.headers["dispatched-export"] ?? "";
      const after = queryNumber(request, "after", anySeq);
      const limit = queryNumber(request, "limit", lineLimit);
      return jsonAnswer(200, { ...(await engine.exportAudit(tenant, permit, after, limit)) });
    },
  },
];
