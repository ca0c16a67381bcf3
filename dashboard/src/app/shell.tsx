// Around every page: rail, the keys that work everywhere, palette and help.

import { Outlet } from "@tanstack/react-router";
import { WaitedLine } from "../session/waited-line.tsx";
import { KeysHelp } from "./keys-help.tsx";
import { Palette } from "./palette.tsx";
import { Rail } from "./rail.tsx";
import { TopBar } from "./top-bar.tsx";
import { useShellKeys } from "./use-shell-keys.ts";

export function Shell() {
  const { open, setOpen } = useShellKeys();
  return (
    <div className="flex min-h-dvh">
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:fixed focus:z-50 focus:bg-raised focus:p-2 focus:text-ink"
      >
        To the page
      </a>
      <Rail />
      <div className="min-w-0 flex-1 max-md:pb-16">
        <TopBar onPalette={() => setOpen("palette")} onKeys={() => setOpen("keys")} />
        <WaitedLine />
        <main id="page" tabIndex={-1} className="outline-none">
          <Outlet />
        </main>
      </div>
      {open === "palette" && <Palette onClose={() => setOpen(null)} />}
      {open === "keys" && <KeysHelp onClose={() => setOpen(null)} />}
    </div>
  );
}
