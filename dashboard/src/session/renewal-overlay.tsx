// Over the page when a session has ended: sign in again, and everything goes on where it was.

import { Button } from "../look/button.tsx";
import { Dialog } from "../look/dialog.tsx";
import { leave } from "./accounts.ts";
import { SignInForms } from "./sign-in-page.tsx";

export function RenewalOverlay({ tenant }: { readonly tenant: string }) {
  return (
    <Dialog title="The session has ended" onClose={null}>
      <p className="mt-0">
        Sign in again as <code>{tenant}</code> and this page goes on as it is: nothing that you wrote is lost.
        Runs go on meanwhile; what only your key opens waits for you.
      </p>
      <SignInForms only={tenant} />
      <div className="mt-4 border-t border-line pt-3">
        <Button kind="quiet" onClick={() => leave(tenant)}>
          Sign out instead
        </Button>
      </div>
    </Dialog>
  );
}
