/** Sizes for people, as crictl's table prints them. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];

/**
 * `117MB`, `1.23GB`, `999kB`: decimal units, three significant digits, no trailing zeros.
 * crictl formats with Go's `%.3g`, which rounds exact halves to even (1125 is `1.12kB`) and writes values
 * that round up to a thousand as `1e+03kB`. This does the same, so that the rows equal crictl's.
 *
 * @param bytes a whole number of bytes, 0 or more
 */
export function humanSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = roundToThreeDigits(value);
  return `${digits >= 1000 ? '1e+03' : digits}${UNITS[unit]}`;
}

function roundToThreeDigits(value: number): number {
  const power = value < 10 ? 100 : value < 100 ? 10 : 1;
  const scaled = value * power;
  // At two decimals only eighths can be exact halves, and their product with `power` is exact.
  const tie = Number.isInteger(value * 8) && scaled % 1 === 0.5;
  if (!tie) return Number(value.toPrecision(3));
  const below = Math.floor(scaled);
  return (below % 2 === 0 ? below : below + 1) / power;
}
