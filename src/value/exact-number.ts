// A number as it is kept: a double, or an integer with all its digits where a double would bend it.

const digits = /^[+-]?\d+$/;
/** From here on a double is written with an exponent (ECMA-262, section 6.1.6.1.20). */
const exponentFrom = 1e21;

/**
 * `double` is what the decimal number `source` comes to. A whole number beyond 2^53 is a big integer, however it is written:
 * as 10000000000000000, 1e16 or 10000000000000000.0.
 */
export function exactNumber(double: number, source: string): number | bigint {
  if (Number.isSafeInteger(double)) return double;
  return digits.test(source) ? BigInt(source.replace("+", "")) : wholeNumber(double);
}

/** Written as JSON such a double has digits only, and would be read as a big integer: so it is one from the start. */
export function wholeNumber(double: number): number | bigint {
  const isBent = Number.isInteger(double) && !Number.isSafeInteger(double) && Math.abs(double) < exponentFrom;
  return isBent ? BigInt(double) : double;
}
