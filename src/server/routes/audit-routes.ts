// The audit log: listed, verified, exported.

import type { AuditHead } from "../../handshake/confirmation.ts";
import { bytesOfBase64Url } from "../../value/base64-url.ts";
import { DispatchedError } from "../../value/problem.ts";
import { auditEntryJson, auditVerdictJson } from "../api-json.ts";
import { readBody } from "../api-request.ts";
import { answer } from "../describe-route.ts";
import { jsonAnswer, type Route, route } from "../route.ts";
import { auditEntry, auditLines, auditVerdict } from "../schemas/account-schemas.ts";
import { page, pageQuery } from "../schemas/parts.ts";
import { flag, optional, text, whole, withDefault } from "../typed-schema.ts";

/** Lines of an export in one request. */
const linesBytesMax = 1_048_576;
const seq = withDefault(whole("Number of an entry whose code is known; 0 for none"), 0);

/** The number before which the page ends. Errors: `invalid_cursor`. */
function beforeOf(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  if (/^[1-9]\d{0,14}$/.test(cursor)) return Number(cursor);
  throw new DispatchedError("invalid_cursor", "this list gave no such cursor");
}

/** What the lines follow, or nothing. Errors: `invalid_query`. */
function headOf(after: number, code: string | undefined): AuditHead {
  const mac = after === 0 && code === undefined ? new Uint8Array(32) : bytesOfBase64Url(code ?? "");
  if (mac?.length === 32) return { seq: after, mac };
  throw new DispatchedError("invalid_query", "mac is the code of entry seq: base64url of 32 bytes");
}

export const auditRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/audit",
    access: "session",
    id: "listAudit",
    tag: "audit",
    summary: "The audit log, newest first",
    query: pageQuery,
    answers: { 200: answer("Entries", page("entries", auditEntry)) },
    errors: ["invalid_cursor"],
    handle: async ({ engine }, { asked }, tenant) => {
      const { entries, before } = await engine.listAudit(tenant, beforeOf(asked.cursor), asked.limit);
      const next = before === null ? null : String(before);
      return jsonAnswer(200, { entries: entries.map(auditEntryJson), next });
    },
  }),
  route({
    method: "GET",
    path: "/api/audit/verify",
    access: "session",
    id: "verifyAudit",
    tag: "audit",
    summary: "Whether the log holds",
    query: {
      seq,
      later: withDefault(flag("Only what follows that entry: its code stands for all before"), false),
    },
    answers: { 200: answer("The verdict", auditVerdict) },
    errors: [],
    handle: async ({ engine }, { asked }, tenant) =>
      jsonAnswer(200, auditVerdictJson(await engine.verifyAudit(tenant, asked.seq, asked.later))),
  }),
  route({
    method: "POST",
    path: "/api/audit/verify",
    access: "session",
    id: "verifyAuditLines",
    tag: "audit",
    summary: "Whether lines of an export hold",
    query: { seq, mac: optional(text("Code of that entry: base64url of 32 bytes")) },
    body: {
      type: "raw",
      content: { "text/plain": text("Lines of an export, up to 1 MiB") },
      required: false,
    },
    answers: { 200: answer("The verdict", auditVerdict) },
    errors: [],
    handle: async ({ engine }, request, tenant) => {
      const lines = await readBody(request, linesBytesMax);
      const after = headOf(request.asked.seq, request.asked.mac);
      const list = lines === "" ? [] : lines.replace(/\n$/, "").split("\n");
      return jsonAnswer(200, auditVerdictJson(engine.verifyAuditLines(tenant, after, list)));
    },
  }),
  route({
    method: "GET",
    path: "/api/audit/export",
    access: "session",
    id: "exportAudit",
    tag: "audit",
    summary: "Lines of the log, to be kept elsewhere",
    query: {
      after: withDefault(whole("Number of the last entry that was read"), 0),
      limit: withDefault(whole("Lines", 1, 500), 500),
    },
    headers: { "dispatched-export": optional(text("The permit of a handshake for the purpose `export`")) },
    answers: { 200: answer("Lines", auditLines) },
    errors: ["private_key_needed"],
    handle: async ({ engine }, request, tenant) => {
      const permit = request.headers["dispatched-export"] ?? "";
      const { after, limit } = request.asked;
      return jsonAnswer(200, { ...(await engine.exportAudit(tenant, permit, after, limit)) });
    },
  }),
];
