// The reader's prediction against the model's result; both come from elsewhere, here they are only compared.

/** The curve's height at `x`, read off its pairs. */
export function heightAt(pairs, x) {
  const after = Math.max(1, pairs.findIndex(([at]) => at >= x));
  const [[x0, y0], [x1, y1]] = [pairs[after - 1], pairs[after]];
  return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
}

/** The list of pairs that is drawn as a curve: a Curve's own, or the first of Lines. */
export const curveOf = (picture) => picture.curve ?? picture.lines[0].name;

/** The readout that was predicted; the first one when a curve was drawn. */
export const readoutOf = ({ prediction, readouts }) => readouts.find(({ name }) => name === prediction.readout) ?? readouts[0];

/** The limits of the scale that the reader predicts on. */
export const limitsOf = ({ prediction, picture }) => (prediction.kind === "curve" ? [picture.y.min, picture.y.max] : [prediction.min, prediction.max]);

/** What the model says about the predicted thing, in the unit of the prediction. */
export function actual(mode, result) {
  const { prediction, picture } = mode;
  if (prediction.kind === "curve") return prediction.at.map((x) => heightAt(result[curveOf(picture)], x));
  return result[prediction.readout] * (readoutOf(mode).format === "percent" ? 100 : 1);
}

/** The gap: result less prediction; for a curve the mean distance, and the place where it is largest. */
export function gap(predicted, found) {
  if (!Array.isArray(predicted)) return { gap: found - predicted };
  const distances = found.map((y, i) => Math.abs(y - predicted[i]));
  const worst = distances.indexOf(Math.max(...distances));
  return { gap: distances.reduce((a, b) => a + b) / distances.length, worst };
}

/** Which sentence judges the gap; `range` is the width of the scale that was predicted on. */
export function verdict({ gap, worst }, range) {
  const share = Math.abs(gap) / range;
  if (worst !== undefined) return share < 0.05 ? "curveClose" : share < 0.14 ? "curveNear" : "curveFar";
  if (share <= 0.05) return "close";
  if (share <= 0.15) return gap > 0 ? "high" : "low";
  return gap > 0 ? "farHigh" : "farLow";
}
