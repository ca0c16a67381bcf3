// Patches the source of one module while it is loaded. A patch whose text does not occur is an error: no mutant goes stale.

import { registerHooks } from "node:module";
import { mutants } from "./mutants.ts";

/** To be called before the engine is imported. */
export function installMutant(name: string): void {
  const mutant = mutants.find((one) => one.name === name);
  if (mutant === undefined) throw new Error(`there is no mutant ${name}`);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.endsWith(`/${mutant.file}`)) return loaded;
      let source =
        typeof loaded.source === "string"
          ? loaded.source
          : Buffer.from(loaded.source as ArrayBuffer).toString();
      for (const [text, replacement] of mutant.patches) {
        if (!source.includes(text))
          throw new Error(`the mutant ${name} is stale: ${mutant.file} has no ${text}`);
        source = source.replace(text, () => replacement);
      }
      return { ...loaded, source };
    },
  });
}
