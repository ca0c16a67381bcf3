// Pausing, resuming and undoing again: said to the engine, and shown when the engine said so.

import { useIsMutating, useMutation } from "@tanstack/react-query";
import { announce } from "../../../look/announce.tsx";
import { useClient } from "../../../session/tenant-client.ts";
import { useRunPage } from "../use-run-page.ts";

type Command = "pause" | "resume" | "compensate";

const said: Readonly<Record<Command, string>> = {
  pause: "Paused: nothing more of it starts",
  resume: "It goes on",
  compensate: "It is being undone again",
};

/** `busy`: one is on its way, whichever button of the page sent it. */
export function useCommand() {
  const client = useClient();
  const { run, feed } = useRunPage();
  const mutationKey = ["command", run.id];
  const busy = useIsMutating({ mutationKey }) > 0;
  const { mutate: command } = useMutation({
    mutationKey,
    mutationFn: (command: Command) => client.command(run.id, command),
    onSuccess: (_, command) => announce(said[command]),
    // Also when it was refused: the run is not as the page took it to be.
    onSettled: () => feed.followOn(),
    onError: (error) => announce(error instanceof Error ? error.message : String(error)),
  });
  return { command, busy };
}
