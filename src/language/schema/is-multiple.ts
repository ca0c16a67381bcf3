// Whether a number is a multiple of another, in decimals: what 0.3 and 0.1 mean to people.

interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** True when `value` is a whole multiple of `factor`, exactly; `factor` is above 0. */
export function isMultiple(value: number | bigint, factor: number | bigint): boolean {
  if (
    typeof value === "number" &&
    typeof factor === "number" &&
    Number.isSafeInteger(value) &&
    Number.isSafeInteger(factor)
  ) {
    return value % factor === 0;
  }
  const a = decimalOf(value);
  const b = decimalOf(factor);
  const exponent = Math.min(a.exponent, b.exponent);
  return scaled(a, exponent) % scaled(b, exponent) === 0n;
}

function decimalOf(value: number | bigint): Decimal {
  const [mantissa = "0", power = "0"] = String(value).split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

function scaled({ digits, exponent }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(exponent - to);
}
