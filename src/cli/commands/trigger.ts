// `dispatched trigger`: a sample of what a sender sends, rightly signed, to the address of a hook.

import { CliError } from "../cli-error.ts";
import { readSecret } from "../read-input.ts";
import { sendTo } from "../send-to.ts";
import type { Terminal } from "../terminal.ts";
import { webhookSamples } from "../webhook-samples.ts";

export async function trigger(
  terminal: Terminal,
  name: string,
  to: string,
  options: { readonly secretFile: string },
): Promise<number> {
  const sample = Object.hasOwn(webhookSamples, name) ? webhookSamples[name] : undefined;
  if (sample === undefined) {
    const names = Object.keys(webhookSamples).join(", ");
    throw new CliError("usage", `there is no sample ${JSON.stringify(name)}`, `there are ${names}`);
  }
  if (!URL.canParse(to) || !/^https?:/i.test(to)) {
    const hint = "the address of a hook is shown when it is made: `dispatched hook create WORKFLOW`";
    throw new CliError("usage", `${JSON.stringify(to)} is no URL that begins with http:// or https://`, hint);
  }
  const text = JSON.stringify(sample.body);
  const signed = sample.sign(text, secretIn(options.secretFile), Date.now());
  const headers = { "content-type": "application/json", ...signed };
  return sendTo(terminal, new URL(to), { method: "POST", headers, body: Buffer.from(text) });
}

/** Errors: `usage` also for none, with which every sample would be refused. */
function secretIn(path: string): string {
  const secret = readSecret(path);
  if (secret !== "") return secret;
  throw new CliError(
    "usage",
    `there is no secret in ${path}: it is empty`,
    "it is the one of the hook's `verify`",
  );
}
