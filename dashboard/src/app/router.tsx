// Which page is at which address. Each is loaded when it is gone to.

import {
  createBrowserHistory,
  createRootRoute,
  createRoute,
  createRouter,
  redirect,
} from "@tanstack/react-router";
import type { JSX } from "react";
import { askAgain, part } from "../look/part.tsx";
import { ProblemNotice } from "../look/problem-notice.tsx";
import { NotFoundPage } from "./not-found-page.tsx";
import { Shell } from "./shell.tsx";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage });
const at = <Name extends string>(
  path: string,
  load: () => Promise<Readonly<Record<Name, () => JSX.Element>>>,
  name: Name,
) =>
  createRoute({
    getParentRoute: () => root,
    path,
    component: part(async () => (await load())[name]),
  });

const routes = [
  createRoute({
    getParentRoute: () => root,
    path: "/",
    beforeLoad: () => {
      throw redirect({ to: "/runs" });
    },
  }),
  at("/runs", () => import("../pages/runs/runs-page.tsx"), "RunsPage"),
  at("/runs/$run", () => import("../pages/run/run-page.tsx"), "RunPage"),
  at("/waits", () => import("../pages/waits/waits-page.tsx"), "WaitsPage"),
  at("/workflows", () => import("../pages/workflows/workflows-page.tsx"), "WorkflowsPage"),
  at("/workflows/$name", () => import("../pages/workflows/workflow-page.tsx"), "WorkflowPage"),
  at("/templates", () => import("../pages/templates/templates-page.tsx"), "TemplatesPage"),
  at("/automations", () => import("../pages/automations/automations-page.tsx"), "AutomationsPage"),
  at("/automations/$part", () => import("../pages/automations/automations-page.tsx"), "AutomationsPage"),
  at("/secrets", () => import("../pages/secrets/secrets-page.tsx"), "SecretsPage"),
  at("/settings", () => import("../pages/settings/settings-page.tsx"), "SettingsPage"),
  at("/settings/$part", () => import("../pages/settings/settings-page.tsx"), "SettingsPage"),
];

/** Of the tab: it outlives routers. */
export const pageHistory = createBrowserHistory();

const routeTree = root.addChildren(routes);

/** A router knows what it showed: each tenant has another. */
export const makeRouter = () =>
  createRouter({
    routeTree,
    history: pageHistory,
    defaultPreload: "intent",
    defaultErrorComponent: ({ error, reset }) => (
      <div className="p-6">
        <ProblemNotice
          error={error}
          onAgain={() => {
            askAgain(error);
            reset();
          }}
        />
      </div>
    ),
    // Filters are texts, as people write and share them; nothing in an address is guessed to be a number.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const kept = Object.entries(search).filter(([, value]) => typeof value === "string" && value !== "");
      const text = new URLSearchParams(kept as [string, string][]).toString();
      return text === "" ? "" : `?${text}`;
    },
  });
