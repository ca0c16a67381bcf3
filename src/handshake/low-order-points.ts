// The points of Curve25519 and its twist whose order divides the cofactor, in every encoding: no secret comes of them.

/** u coordinates 0, 1, p - 1 and the two of order 8; then p and p + 1, which encode 0 and 1 again (little-endian). */
const encodings = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/** All 14: the highest bit does not count (RFC 7748, section 5), so each stands here with and without it. */
export const lowOrderPoints: readonly Uint8Array[] = encodings.flatMap((hex) => {
  const point = Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
  const marked = point.slice();
  marked[31] = (marked[31] ?? 0) | 0x80;
  return [point, marked];
});

/** Whether `publicKey` is one of these: whoever has it as a key shares no secret with anybody. */
export function isLowOrder(publicKey: Uint8Array): boolean {
  return lowOrderPoints.some(
    (point) => point.length === publicKey.length && point.every((byte, index) => byte === publicKey[index]),
  );
}
