// Sign-in links: one opens one session, within its minute, that ends no later than the session that made it.

import type { Broken, History } from "../history.ts";
import type { LinkMade, LinkUse } from "../links-seen.ts";

const linkMs = 60_000;
/** By so much clocks of nodes differ, at most: what one has set back across a restart included. */
const clocksMs = 3_500;
/** So long a session may still count on a node after another node has ended it. */
const trustMs = 4_000;
/** Nobody waits longer for an answer. */
const patienceMs = 6_000;

export function checkLinks(history: History): readonly Broken[] {
  const broken: Broken[] = [];
  for (const link of history.links) {
    const say = (promise: string, what: string) =>
      broken.push({ promise, run: null, what: `${link.tenant}: ${what}` });
    const opened = link.uses.filter((use) => use.opened !== null);
    if (opened.length > 1) say("a sign-in link opens one session", `${opened.length} were opened`);
    for (const use of opened) checkOpened(link, use, say);
    checkLinked(link, say);
    const [first] = [...link.uses].sort((a, b) => a.askedAt - b.askedAt);
    const isRefused = first !== undefined && first.opened === null && first.heardAt !== null;
    if (isRefused && opened.length === 0 && isFresh(history, link, first))
      say("a fresh sign-in link opens a session", "it was refused");
  }
  return broken;
}

type Say = (promise: string, what: string) => void;

function checkOpened({ made, parentExpiresAt, parentEnded }: LinkMade, use: LinkUse, say: Say): void {
  const { askedAt, opened } = use;
  if (askedAt > (made.heardAt ?? askedAt) + linkMs + clocksMs)
    say("a sign-in link opens nothing after a minute", `it did so ${askedAt - (made.heardAt ?? 0)} ms later`);
  if (opened !== null && opened.expiresAt > parentExpiresAt)
    say(
      "a session of a link ends no later than its parent",
      `${opened.expiresAt - parentExpiresAt} ms later`,
    );
  if (askedAt > parentExpiresAt + clocksMs)
    say("a link of a session that is over opens nothing", "it opened a session");
  const ended = parentEnded?.heardAt ?? null;
  if (ended !== null && askedAt > ended)
    say("a link of an ended session opens nothing", "it opened a session");
}

function checkLinked({ parentEnded, parentExpiresAt, linkedUses }: LinkMade, say: Say): void {
  const ended = parentEnded?.heardAt ?? null;
  for (const { askedAt, isOpen } of linkedUses) {
    if (!isOpen) continue;
    if (ended !== null && askedAt > ended + trustMs + clocksMs)
      say("what came of an ended session ends with it", `it was open ${askedAt - ended} ms later`);
    if (askedAt > parentExpiresAt + clocksMs)
      say("what came of a session ends no later", `it was open ${askedAt - parentExpiresAt} ms later`);
  }
}

/** Nobody else has tried, and nothing came between. */
function isFresh(history: History, link: LinkMade, first: LinkUse): boolean {
  const { made, parentExpiresAt, parentEnded, generation, lastGeneration, uses } = link;
  const madeAt = made.askedAt;
  const until = first.heardAt ?? first.askedAt;
  const others = uses.filter((use) => use !== first && use.askedAt <= until);
  const isStruck = history.strikes.some((at) => at >= madeAt && at <= until);
  const isInTime = until + clocksMs < Math.min(made.askedAt + linkMs, parentExpiresAt);
  const isEnded = parentEnded !== null && parentEnded.askedAt <= until;
  const isTold = until - first.askedAt < patienceMs;
  return others.length === 0 && !isStruck && isInTime && !isEnded && isTold && generation === lastGeneration;
}
