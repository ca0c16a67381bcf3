// Whether a name is a time zone that this runtime knows.

/** IANA names in any case, with their aliases, and fixed offsets such as `+05:30`. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
