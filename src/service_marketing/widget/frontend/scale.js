// Scales and round numbers: plain arithmetic that the pictures and the state share.

/** The function that takes `domain` to `range` in a straight line. */
export const linear = ([a, b], [c, d]) => (x) => c + ((x - a) / (b - a)) * (d - c);

const LADDER = [1, 2, 2.5, 5, 10];
const TIDY = 12; // significant digits: 0.1 + 0.2 is 0.3 on an axis

export const tidy = (x) => Number(x.toPrecision(TIDY));

/** The smallest of 1, 2, 2.5 or 5 times a power of ten that is at least `least`; `ladder` says which of them. */
export function roundUp(least, ladder = LADDER) {
  const power = 10 ** Math.floor(Math.log10(least) + 1e-9);
  return tidy(power * (ladder.find((one) => one * power >= least * (1 - 1e-9)) ?? 10));
}

/** Round numbers from `min` to `max`, at most `count` steps apart evenly; both ends are among them where they can be. */
export function ticks({ min, max }, count = 9) {
  const step = roundUp((max - min) / count, [1, 2, 5, 10]);
  const steps = (max - min) / step;
  const first = Math.abs(steps - Math.round(steps)) < 1e-6 ? min : tidy(Math.ceil(min / step - 1e-9) * step);
  return Array.from({ length: Math.floor((max - first) / step + 1e-6) + 1 }, (_, i) => tidy(first + i * step));
}

/** Where an axis begins and ends: as declared, or else round numbers around 0 and all `values`. */
export function domain(axis, values, count = 5) {
  const known = values.filter(Number.isFinite);
  const low = axis.min ?? Math.min(0, ...known);
  const high = axis.max ?? Math.max(0, ...known);
  const step = roundUp((high - low || 1) / count);
  const min = axis.min ?? tidy(Math.floor(low / step + 1e-9) * step);
  const max = axis.max ?? tidy(Math.ceil(high / step - 1e-9) * step);
  return { min, max: max > min ? max : min + 1 };
}

/** How finely a value on an axis is drawn by hand: at most a hundred steps from end to end. */
export const handStep = ({ min, max }) => roundUp((max - min) / 100, [1, 2, 5, 10]);

/** How many decimals a number on this axis is worth: three digits of the axis's length. */
export const worth = ({ min, max }) => Math.min(4, Math.max(0, 3 - Math.ceil(Math.log10(max - min) - 1e-9)));
