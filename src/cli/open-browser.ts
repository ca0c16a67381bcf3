// Opens an address in the browser that the system prefers.

import { spawn } from "node:child_process";
import { once } from "node:events";

/** False where there is none: no display, or no program that opens addresses. */
export async function openBrowser(address: string): Promise<boolean> {
  const command = commandOf(process.platform, process.env);
  if (command === null) return false;
  const [program, ...before] = command;
  const child = spawn(program, [...before, address], { detached: true, stdio: "ignore" });
  try {
    await once(child, "spawn");
  } catch {
    return false;
  }
  child.unref();
  return true;
}

function commandOf(
  platform: string,
  env: NodeJS.ProcessEnv,
): readonly [program: string, ...before: string[]] | null {
  if (platform === "darwin") return ["open"];
  // The first argument of `start` in quotes would be the title of a window.
  if (platform === "win32") return ["cmd", "/c", "start", ""];
  const hasDisplay = [env["DISPLAY"], env["WAYLAND_DISPLAY"]].some((one) => one !== undefined && one !== "");
  return hasDisplay ? ["xdg-open"] : null;
}
