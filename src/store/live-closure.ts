// Which records the engine alone may go on to open: those that active runs may need, through all that they name.

/** A definition that is live. All names are keyed hashes in hexadecimal. */
export interface LiveDefinition {
  readonly name: string;
  readonly version: number;
  readonly names: readonly string[];
}

export interface LiveClosure {
  readonly definitions: ReadonlySet<LiveDefinition>;
  /** Of secrets, workflows and types of events. */
  readonly names: ReadonlySet<string>;
}

/**
 * @param isActive whether a run of this very version is active, or a grant lets it start
 * @param granted what grants name by themselves
 */
export function liveClosure(
  live: readonly LiveDefinition[],
  isActive: (definition: LiveDefinition) => boolean,
  granted: readonly string[],
): LiveClosure {
  const byName = Map.groupBy(live, ({ name }) => name);
  const definitions = new Set(live.filter(isActive));
  const names = new Set(granted);
  for (const name of granted) {
    for (const named of byName.get(name) ?? []) definitions.add(named);
  }
  // What is added while the set is walked is walked, too.
  for (const definition of definitions) {
    for (const name of definition.names) {
      names.add(name);
      for (const named of byName.get(name) ?? []) definitions.add(named);
    }
  }
  return { definitions, names };
}
