// The reader's predictions, kept in this browser; without storage nothing is kept and nothing breaks.
import { curveOf, limitsOf, readoutOf } from "./gap.js";
import * as storage from "./storage.js";

const MOST = 500;

/** Every kept prediction, oldest first. */
export function read() {
  const kept = storage.read("predictions", "predictions");
  return Array.isArray(kept) ? kept.filter(whole).map(mended) : [];
}

const whole = (one) => typeof one?.simulation === "string" && typeof one.time === "string" && Number.isFinite(one.gap);

/** Those of the game once had the width of their scale for a range, which says too little: they count as without one. */
export function mended(one) {
  const { range, ...rest } = one;
  return Number.isFinite(range) ? rest : one;
}

/** Keeps these and no others; says whether that worked. */
export const store = (records) => storage.write("predictions", "predictions", records.slice(-MOST));

/** Keeps one more; says whether that worked. */
export const add = (record) => store([...read(), record]);

/** Forgets every prediction of the simulation called `name`. */
export function forget(name) {
  store(read().filter((one) => one.simulation !== name));
}

/**
 * What is kept of a prediction: small, and readable without the simulation at hand.
 *
 *   simulation, mode   their names
 *   chapter            its number
 *   title              the simulation's title in the language it was seen in
 *   kind               "value" or "curve"
 *   readout            the name of the predicted readout, or of the drawn curve
 *   label              the readout's label, or the label of the curve's y axis
 *   format             the readout's format (one of spec.py's FORMATS); "axis" for a curve, whose unit stands in `label`'s brackets
 *   range              [least, most] of the scale predicted on, in the unit of `predicted`
 *   params             where the sliders stood
 *   predicted, actual  numbers in the unit of the guess (a "percent" readout as 0 to 100); for a curve lists of them
 *   gap                actual - predicted; for a curve the mean distance, without a sign
 *   bias               for a curve only: the mean of actual - predicted, with its sign
 *   time               when it was revealed (ISO 8601, UTC)
 *
 * Records from before `chapter` was kept lack chapter, title, kind, label, format, range and bias. Compare across simulations by
 * gap / (range[1] - range[0]), for curves by bias / (range[1] - range[0]).
 */
export function record(spec, mode, predicted) {
  const { prediction, picture } = mode;
  const { value, actual, gap, params, time } = predicted;
  const curve = prediction.kind === "curve";
  const readout = readoutOf(mode);
  return {
    simulation: spec.name, mode: mode.name, chapter: spec.chapter, title: spec.title, kind: prediction.kind,
    readout: curve ? curveOf(picture) : readout.name, label: curve ? picture.y.label : readout.label, format: curve ? "axis" : readout.format,
    range: limitsOf(mode), params, predicted: value, actual, gap, ...(curve && { bias: mean(actual.map((y, i) => y - value[i])) }), time,
  };
}

const mean = (values) => values.reduce((sum, one) => sum + one, 0) / values.length;
