// Lets Node find what the dashboard imports as `dispatched/client` and `dispatched/language`, as its bundler does. Import this
// first, and what is tested by `await import(…)`.

import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const source = join(import.meta.dirname, "../../src");

registerHooks({
  resolve(specifier, context, next) {
    const part = /^dispatched\/(client|language)$/.exec(specifier)?.[1];
    if (part === undefined) return next(specifier, context);
    return next(pathToFileURL(join(source, part, "index.ts")).href, context);
  },
});
