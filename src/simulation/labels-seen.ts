// What a world saw of runs that were looked for by a label.

/** The runs with this text as their label `cut`, and what each tells as that. */
export interface RunsFound {
  readonly tenant: string;
  readonly cut: string;
  readonly runs: readonly { readonly run: string; readonly cut: string | null }[];
  /** There are no others. */
  readonly whole: boolean;
  readonly beganOrder: number;
  readonly heardOrder: number;
}
