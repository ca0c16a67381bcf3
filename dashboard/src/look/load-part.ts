// The parts of the page that are loaded when they are needed: one that does not come is told as any other answer that does not.

import { Client, ClientError } from "dispatched/client";

/** The server answers, but has not this part: it is another version by now, or the browser remembers that it did not come. */
export class PartMissing extends ClientError {
  constructor(cause: unknown) {
    super("unreachable", 0, "a part of this page did not come: load the page anew", null);
    this.cause = cause;
  }
}

/**
 * @param load an import of the part
 * Errors: `unreachable`, as of any request; `PartMissing`.
 */
export async function loadPart<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    return await load();
  } catch (error) {
    await new Client(location.origin, "", { retries: 0 }).showServer();
    throw new PartMissing(error);
  }
}
