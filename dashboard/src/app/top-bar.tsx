// Above the page: search and commands, the zone of every time shown, light or dark, the keys.

import { Clock, Keyboard, Moon, Search, Sun } from "lucide-react";
import { setPreferences, usePreferences } from "../look/preferences.ts";
import { TenantMenu } from "../session/tenant-menu.tsx";

interface TopBarProps {
  readonly onPalette: () => void;
  readonly onKeys: () => void;
}

const small =
  "inline-flex min-h-[var(--row)] items-center gap-1.5 rounded px-2 text-soft hover:bg-sunken hover:text-ink";

function zoneName(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function TopBar({ onPalette, onKeys }: TopBarProps) {
  const { zone, theme } = usePreferences();
  const dark = document.documentElement.dataset["theme"] === "dark";
  return (
    <div className="flex items-center gap-1 border-b border-line px-3 py-1" data-theme-choice={theme}>
      <div className="mr-2 md:hidden">
        <TenantMenu />
      </div>
      <button type="button" onClick={onPalette} className={`${small} mr-auto border border-line`}>
        <Search size={16} aria-hidden />
        <span className="max-sm:sr-only">Go to a page, run or workflow</span>
        <kbd className="ml-2 rounded border border-line px-1 text-xs max-sm:hidden">Ctrl K</kbd>
      </button>
      <button
        type="button"
        className={small}
        onClick={() => setPreferences({ zone: zone === "utc" ? "local" : "utc" })}
        title="Show times in UTC or in your own zone"
      >
        <Clock size={16} aria-hidden />
        <span className="sr-only">Times in </span>
        {zone === "utc" ? "UTC" : zoneName()}
      </button>
      <button
        type="button"
        className={small}
        aria-label={dark ? "Light colours" : "Dark colours"}
        onClick={() => setPreferences({ theme: dark ? "light" : "dark" })}
      >
        {dark ? <Sun size={16} aria-hidden /> : <Moon size={16} aria-hidden />}
      </button>
      <button type="button" className={`${small} max-sm:hidden`} aria-label="Keys" onClick={onKeys}>
        <Keyboard size={16} aria-hidden />
      </button>
    </div>
  );
}
