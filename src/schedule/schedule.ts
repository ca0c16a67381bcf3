// What a schedule is, once read: the values of each field, sorted, and the clock that it follows.

export interface Schedule {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** 1 to 31, without what `L` stands for. */
  readonly daysOfMonth: readonly number[];
  /** `L`: the last day of each month. */
  readonly lastDayOfMonth: boolean;
  /** 1 to 12. */
  readonly months: readonly number[];
  /** 0 to 6 from Sunday. */
  readonly daysOfWeek: readonly number[];
  /** Both day fields are restricted: a day is due when either matches (POSIX crontab). Otherwise both must. */
  readonly eitherDay: boolean;
  /**
   * What a change of the clock does. `wall`: some hours only; each wall time is due exactly once. `elapsed`: every
   * hour; due whenever the clock shows a matching time, so a repeated hour counts twice and a skipped one not at all.
   */
  readonly follows: "wall" | "elapsed";
}

export type ParsedSchedule =
  | { readonly ok: true; readonly schedule: Schedule }
  | { readonly ok: false; readonly error: ScheduleProblem };

export interface ScheduleProblem {
  readonly message: string;
  /** The place in the text, in UTF-16 code units from 0. */
  readonly at: number;
  readonly length: number;
}
