// Assertions: on in production, because a wrong engine must stop rather than go on wrongly.

export class BrokenInvariant extends Error {
  constructor(message: string) {
    super(`broken invariant: ${message}`);
    this.name = "BrokenInvariant";
  }
}

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new BrokenInvariant(message);
}

/** For the default of a switch over a union: reaching it is a broken invariant. */
export function unreachable(value: never): never {
  throw new BrokenInvariant(`unexpected ${JSON.stringify(value)}`);
}
