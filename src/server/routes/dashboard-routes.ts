// The dashboard: one page at every address that it has pages for, and the files of that page.

import { DispatchedError } from "../../value/problem.ts";
import type { ApiAnswer, ApiRequest } from "../api-request.ts";
import { type DashboardFile, dashboardFile } from "../dashboard/dashboard-files.ts";
import type { AnswerDescription } from "../describe-route.ts";
import { type Route, route } from "../route.ts";
import { text } from "../typed-schema.ts";

/** Nothing from elsewhere, nothing written into the page runs or styles it, no page around it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const notBuilt = `<!doctype html><html lang="en"><title>Dispatched</title>
<p>The dashboard was not built. Run <code>npm run build:dashboard</code>, then start the server again.
The <a href="/docs">documentation</a> and the <a href="/api">API</a> are here.</p></html>`;

/** As the dashboard's own router has them. */
const pages = [
  "/",
  "/runs",
  "/runs/:run",
  "/waits",
  "/workflows",
  "/workflows/:name",
  "/templates",
  "/automations",
  "/automations/:part",
  "/secrets",
  "/settings",
  "/settings/:part",
] as const;

const page: AnswerDescription = { about: "The page", content: { "text/html": text("HTML") } };

export const dashboardRoutes: readonly Route[] = [
  ...pages.map((path) =>
    route({
      method: "GET",
      access: "anyone",
      tag: "server",
      path,
      id: `showDashboard${path.replace(/[^a-z]+(.?)/g, (_, letter: string) => letter.toUpperCase())}`,
      summary: "The dashboard: it holds no data, and asks for them with the session of who signs in",
      params: Object.fromEntries(
        [...path.matchAll(/:(\w+)/g)].map(([, name]) => [name, text("Read by the page")]),
      ),
      anyQuery: true,
      answers: { 200: page },
      errors: [],
      handle: async (_, request) => {
        const file = dashboardFile("index.html");
        const headers = { "content-security-policy": policy, "cache-control": "no-cache" };
        if (file !== null) return fileAnswer(request, file, headers);
        return {
          status: 200,
          headers: { ...headers, "content-type": "text/html; charset=utf-8" },
          body: notBuilt,
        };
      },
    }),
  ),
  route({
    method: "GET",
    access: "anyone",
    tag: "server",
    path: "/assets/:file",
    id: "getDashboardFile",
    summary: "A file of the dashboard; its name changes with what it holds",
    params: { file: text("Its name") },
    answers: { 200: { about: "The file", content: { "*/*": text("Script, style, font or picture") } } },
    errors: ["not_found"],
    handle: async (_, request) => {
      const name = request.params["file"] ?? "";
      const file = name === "index.html" ? null : dashboardFile(name);
      if (file === null) throw new DispatchedError("not_found", "the dashboard has no such file");
      return fileAnswer(request, file, { "cache-control": "public, max-age=31536000, immutable" });
    },
  }),
];

function fileAnswer(
  { headers }: ApiRequest,
  file: DashboardFile,
  more: Readonly<Record<string, string>>,
): ApiAnswer {
  const accepted = (headers["accept-encoding"] ?? "").split(",").map((one) => one.trim().split(";")[0]);
  const said = { "content-type": file.type, vary: "accept-encoding", ...more };
  if (file.br !== null && accepted.includes("br")) {
    return { status: 200, headers: { ...said, "content-encoding": "br" }, body: file.br };
  }
  if (file.gzip !== null && accepted.includes("gzip")) {
    return { status: 200, headers: { ...said, "content-encoding": "gzip" }, body: file.gzip };
  }
  return { status: 200, headers: said, body: file.plain };
}
