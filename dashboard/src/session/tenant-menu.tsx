// Which tenant is shown, the others that are signed in, and the ways out.

import { Check, ChevronsUpDown, LogOut, Plus } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Dialog } from "../look/dialog.tsx";
import { leave, switchTo, useAccounts } from "./accounts.ts";
import { SignInForms } from "./sign-in-page.tsx";
import { useClient } from "./tenant-client.ts";

/** `ten_01k8…7q2`: enough to tell them apart. */
export function shortTenant(tenant: string): string {
  return tenant.length > 16 ? `${tenant.slice(0, 8)}…${tenant.slice(-4)}` : tenant;
}

const entry = "flex w-full items-center gap-2 rounded px-2 py-1.5 text-left hover:bg-sunken";

export function TenantMenu() {
  const { accounts, current } = useAccounts();
  const client = useClient();
  const [adding, setAdding] = useState(false);
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      if (menu.current !== null && !menu.current.contains(event.target as Node)) menu.current.open = false;
    };
    document.addEventListener("pointerdown", close);
    return () => document.removeEventListener("pointerdown", close);
  }, []);
  if (current === null) return null;
  const signOut = async () => {
    await client.signOut().catch(() => undefined);
    leave(current);
  };
  return (
    <>
      <details ref={menu} className="relative">
        <summary className="flex list-none items-center gap-2 rounded-md border border-line bg-raised px-2.5 py-1.5">
          <span className="sr-only">Tenant </span>
          <code className="min-w-0 flex-1 truncate">{shortTenant(current)}</code>
          <ChevronsUpDown size={16} aria-hidden className="text-soft" />
        </summary>
        <div className="absolute z-40 mt-1 w-64 rounded-md border border-line bg-raised p-1 shadow-lg">
          {accounts.map(({ tenant }) => (
            <button key={tenant} type="button" className={entry} onClick={() => switchTo(tenant)}>
              <Check size={16} aria-hidden className={tenant === current ? "text-accent" : "invisible"} />
              <code className="truncate">{shortTenant(tenant)}</code>
              {tenant === current && <span className="sr-only">, shown now</span>}
            </button>
          ))}
          <hr className="my-1 border-0 border-t border-line" />
          <button type="button" className={entry} onClick={() => setAdding(true)}>
            <Plus size={16} aria-hidden /> Sign in as another
          </button>
          <button type="button" className={entry} onClick={() => void signOut()}>
            <LogOut size={16} aria-hidden /> Sign out of this one
          </button>
        </div>
      </details>
      {adding && (
        <Dialog title="Sign in as another tenant" onClose={() => setAdding(false)}>
          <SignInForms />
        </Dialog>
      )}
    </>
  );
}
