// A new tenant: its keys are made in this page, and must be downloaded before anything else.

import { useState } from "react";
import { Button } from "../look/button.tsx";
import { TextField } from "../look/field.tsx";
import { loadPart } from "../look/load-part.ts";
import { ProblemNotice } from "../look/problem-notice.tsx";
import { downloadKeyFile, type KeyEntry } from "./key-file.ts";
import { useSignIn } from "./use-sign-in.ts";

export function MakeKeysForm() {
  const [invite, setInvite] = useState("");
  const [made, setMade] = useState<KeyEntry | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [making, setMaking] = useState(false);
  // Made twice, the keys of the first tenant would be lost unseen.
  const make = async () => {
    setMaking(true);
    setProblem(null);
    try {
      const { makeTenant } = await loadPart(() => import("./perform-sign-in.ts"));
      setMade(await makeTenant(invite));
    } catch (refused) {
      setProblem(refused);
    } finally {
      setMaking(false);
    }
  };
  if (made === null) {
    return (
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!making) void make();
        }}
      >
        <p className="mt-0 text-soft">
          The private key is made in this page. Only its public half is sent. Whoever loses the private key
          loses the data: there is no way around it.
        </p>
        <TextField
          label="Invite (where the server asks for one)"
          value={invite}
          onChange={({ target }) => setInvite(target.value.trim())}
        />
        {problem !== null && <ProblemNotice error={problem} />}
        <Button kind="main" type="submit" className="mt-2" offBecause={making ? "they are being made" : null}>
          Make keys and tenant
        </Button>
      </form>
    );
  }
  return <KeysMade made={made} />;
}

function KeysMade({ made }: { readonly made: KeyEntry }) {
  const { busy, error, signIn } = useSignIn(undefined);
  const [downloaded, setDownloaded] = useState(false);
  return (
    <div>
      <p className="mt-0">
        <code>{made.tenant}</code> is made. Download its key file and keep it where only you can read it: it
        is shown this once.
      </p>
      {error !== null && <ProblemNotice error={error} />}
      <div className="flex flex-wrap gap-2">
        <Button
          kind={downloaded ? "plain" : "main"}
          onClick={() => {
            downloadKeyFile(made);
            setDownloaded(true);
          }}
        >
          Download the key file
        </Button>
        <Button
          kind={downloaded ? "main" : "plain"}
          offBecause={busy ? "signing in" : downloaded ? null : "download the key file first"}
          onClick={() => void signIn(made)}
        >
          {busy ? "Signing in…" : "Sign in"}
        </Button>
      </div>
    </div>
  );
}
