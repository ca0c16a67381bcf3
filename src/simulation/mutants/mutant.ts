// An engine with a promise deliberately broken, as a patch of one source file.

export interface Mutant {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Texts that must occur in the file, and what stands in their place. */
  readonly patches: readonly (readonly [text: string, replacement: string])[];
}
