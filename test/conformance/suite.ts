// What a conformance suite is: cases that others wrote, run through our code.

export interface Suite {
  readonly name: string;
  /** The file with the cases, within the folder that the runner is given. */
  readonly file: string;
  /** Runs every case of the file's text. */
  run(text: string): SuiteResult;
}

export interface SuiteResult {
  readonly cases: number;
  /** One line for each case that did not hold. */
  readonly failures: readonly string[];
  /** One line for each case that does not hold and need not, with the reason. */
  readonly known?: readonly string[];
}
