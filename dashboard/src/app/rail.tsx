// The rail: where one can go. Words beside the shapes where there is room; at the foot of the page on a phone.

import { Link } from "@tanstack/react-router";
import { BookOpen } from "lucide-react";
import { TenantMenu } from "../session/tenant-menu.tsx";
import { places } from "./places.ts";

const item =
  "flex items-center gap-2 rounded-md px-2.5 py-1.5 text-ink no-underline hover:bg-accent-soft aria-[current=page]:bg-accent-soft aria-[current=page]:font-semibold max-md:flex-col max-md:gap-0.5 max-md:px-3 max-md:text-xs";

export function Rail() {
  return (
    <nav
      aria-label="Pages"
      className="flex border-line bg-sunken max-md:fixed max-md:inset-x-0 max-md:bottom-0 max-md:z-30 max-md:overflow-x-auto max-md:border-t md:sticky md:top-0 md:h-dvh md:w-48 md:shrink-0 md:flex-col md:border-r md:p-2"
    >
      <div className="mb-2 hidden md:block">
        <TenantMenu />
      </div>
      <ul className="m-0 flex list-none gap-0.5 p-0 max-md:w-full max-md:justify-between max-md:px-1 md:flex-col">
        {places.map(({ to, title, shape: Shape }) => (
          <li key={to}>
            <Link to={to} className={item} activeProps={{ "aria-current": "page" }}>
              <Shape size={18} aria-hidden className="shrink-0" />
              <span className="max-sm:not-[[aria-current=page]_&]:sr-only">{title}</span>
            </Link>
          </li>
        ))}
      </ul>
      <a href="/docs" className={`${item} mt-auto max-md:hidden`}>
        <BookOpen size={18} aria-hidden />
        Documentation
      </a>
    </nav>
  );
}
