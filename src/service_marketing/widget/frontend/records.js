// The reader's predictions, kept in this browser; without storage nothing is kept and nothing breaks.
const KEY = "service-marketing:predictions";
const VERSION = 1;
const MOST = 500;

/** Every kept prediction, oldest first. */
export function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    return kept?.version === VERSION && Array.isArray(kept.predictions) ? kept.predictions.filter(whole) : [];
  } catch {
    return [];
  }
}

const whole = (one) => typeof one?.simulation === "string" && typeof one.time === "string" && Number.isFinite(one.gap);

/** Keeps one more; says whether that worked. */
export function add(record) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ version: VERSION, predictions: [...read(), record].slice(-MOST) }));
    return true;
  } catch {
    return false;
  }
}

/** Forgets every prediction of the simulation called `name`. */
export function forget(name) {
  try {
    const rest = read().filter((one) => one.simulation !== name);
    if (rest.length) localStorage.setItem(KEY, JSON.stringify({ version: VERSION, predictions: rest }));
    else localStorage.removeItem(KEY);
  } catch {
    // storage is not there, so nothing was kept
  }
}

/** What is kept of a prediction: small, and readable without the simulation at hand. */
export function record(simulation, mode, predicted) {
  const { prediction, picture } = mode;
  const { value, actual, gap, params, time } = predicted;
  return { simulation, mode: mode.name, readout: prediction.readout ?? picture.curve, params, predicted: value, actual, gap, time };
}
