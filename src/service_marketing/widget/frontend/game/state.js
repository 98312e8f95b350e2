// A game as one plain value; `update` says how each action changes it. No effects in this file.
import { held } from "../state.js";

export const SEEDS = 46655;

/** The first state: nothing decided yet. `given` is what was kept of a game on this device, or of the kernel's. */
export function initial(spec, opening, given = {}) {
  const decisions = Array.isArray(given.decisions) ? given.decisions.slice(0, spec.turns) : [];
  return {
    spec,
    seed: seedOf(given.seed ?? 1),
    decisions,
    guesses: decisions.map((_, i) => given.guesses?.[i] ?? null), // by turn: { name: value }, or null
    draft: { ...starts(spec), ...decisions.at(-1) },
    guess: guessFrom(spec, null),
    guessing: true,
    result: decisions.length ? null : opening, // null: has to be computed
    running: false,
    error: null,
    below: false, // whether what stands below the report is there: it comes a frame after the first report
    seen: null, // the turn looked back at; null for the last
    tab: "paths",
    asking: false, // whether to start over
    copied: false,
    spoken: "",
  };
}

export const starts = (spec) => Object.fromEntries(spec.decisions.map(({ name, start }) => [name, start]));
const seedOf = (value) => (Number.isFinite(value) ? Math.min(SEEDS, Math.max(0, Math.round(value))) : 1);

/** Where the sliders of the prediction stand: at the last result, as people do. */
function guessFrom(spec, last) {
  return Object.fromEntries(spec.predictions.map((one) => [one.readout, held(last ? found(spec, one.readout, last) : one.start, one)]));
}

/** A number of a turn in the unit in which it is predicted and drawn: money in tens of thousands of yuan. */
export function found(spec, name, turn) {
  const format = [...spec.figures, ...spec.metrics].find((one) => one.name === name)?.format;
  return format === "money" ? turn[name] / 1e4 : turn[name];
}

export const over = (state) => state.decisions.length === state.spec.turns;
export const last = (state) => state.result?.quarters.at(-1) ?? null;

/** The game as the hood sees it: a simulation of one mode, whose parameters are the decisions so far. */
export function asSimulation({ spec, decisions, seed, result }) {
  const mode = { name: "play", model: spec.model, fixed: {}, readouts: spec.results };
  return { spec: { ...spec, modes: [mode] }, mode: mode.name, modes: { play: { stage: "open", params: { decisions, seed }, result } } };
}

export function update(state, action) {
  const change = changes[action.type];
  return change ? change(state, action) : state;
}

const changes = {
  decide: (state, { name, value }) => {
    const slider = state.spec.decisions.find((one) => one.name === name);
    return { ...state, draft: { ...state.draft, [name]: held(value, slider) }, error: null };
  },
  guess: (state, { name, value }) => {
    const prediction = state.spec.predictions.find((one) => one.readout === name);
    return { ...state, guess: { ...state.guess, [name]: held(value, prediction) }, guessing: true };
  },
  guessing: (state, { on }) => ({ ...state, guessing: on }),
  /** A quarter is run: the decision counts once the model has answered. */
  go: (state) => (state.running || over(state) ? state : { ...state, running: true, error: null }),
  ran: (state, { result }) => {
    const { spec, draft, guess, guessing } = state;
    const turn = result.quarters.at(-1);
    return {
      ...state,
      running: false,
      decisions: [...state.decisions, draft],
      guesses: [...state.guesses, guessing ? guess : null],
      guess: guessFrom(spec, turn),
      result,
      seen: null,
    };
  },
  /** The model's answer for a game that was kept. */
  loaded: (state, { result }) => ({ ...state, result, running: false, error: null, guess: guessFrom(state.spec, result.quarters.at(-1) ?? null) }),
  failed: (state, { error }) => ({ ...state, running: false, error }),
  below: (state) => ({ ...state, below: true }),
  see: (state, { turn }) => ({ ...state, seen: turn }),
  tab: (state, { tab }) => ({ ...state, tab }),
  ask: (state, { on }) => ({ ...state, asking: on }),
  copied: (state, { on }) => ({ ...state, copied: on }),
  spoken: (state, { text }) => ({ ...state, spoken: text }),
  restart: (state, { seed, opening }) => ({ ...initial(state.spec, opening, { seed }), tab: state.tab, below: state.below }),
};

/** Mean distance between what was expected and what came, over the turns from `from` to `to` that were predicted; null without any. */
export function meanError(state, name, from, to) {
  const errors = state.guesses.slice(from, to).flatMap((guess, i) => {
    const turn = state.result?.quarters[from + i];
    return guess && turn ? [Math.abs(guess[name] - found(state.spec, name, turn))] : [];
  });
  return errors.length ? errors.reduce((a, b) => a + b) / errors.length : null;
}
