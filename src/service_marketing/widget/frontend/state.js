// What the reader sees, as one plain value; `update` says how each action changes it. No effects in this file.
import { actual, gap } from "./gap.js";
import { handStep } from "./scale.js";

/** The first state: every mode at its start, the one shown at `params`. */
export function initial({ spec, mode, stage, params, results = {} }) {
  const modes = {};
  for (const declared of spec.modes) {
    const start = Object.fromEntries(declared.controls.map((control) => [control.name, control.start]));
    const own = declared.name === mode ? { ...start, ...params } : start;
    modes[declared.name] = begin(declared, own, results[declared.name] ?? null, stage);
  }
  return { spec, mode, modes, width: null, records: [], share: null, problem: null, spoken: "", waiting: false };
}

function begin(declared, params, result, stage) {
  const { prediction } = declared;
  return {
    stage,
    params,
    result,
    settled: result && params, // the parameters that the result answers
    error: null, // or why there is no result: { message } of the model, { broken: true } of what runs it
    draft: prediction.kind === "curve" ? prediction.at.map(() => prediction.start) : prediction.start,
    predicted: null,
    pinned: null,
    fresh: false, // just revealed: the picture may draw itself
    moved: null, // the folded view of what moved the result: { start, now, data } or { start, now, error } once computed
    tasks: {}, // by number: "set", "tried" or "shown"
    origin: { params, result },
  };
}

export const declared = (state, name = state.mode) => state.spec.modes.find((mode) => mode.name === name);
export const current = (state) => state.modes[state.mode];

/** The state after `action`; the same object when nothing changes. */
export function update(state, action) {
  const change = changes[action.type];
  return change ? change(state, action) : state;
}

const inMode = (state, patch, name = state.mode) => ({
  ...state,
  modes: { ...state.modes, [name]: { ...state.modes[name], ...patch } },
});

const tried = (tasks) => Object.fromEntries(Object.entries(tasks).map(([i, at]) => [i, at === "set" ? "tried" : at]));

const changes = {
  mode: (state, { mode }) => (mode in state.modes && mode !== state.mode ? { ...state, mode, share: null, problem: null } : state),

  draft: (state, { value }) => inMode(state, { draft: held(value, declared(state).prediction) }),

  draftAt: (state, { index, value, by }) => {
    const { y } = declared(state).picture;
    const draft = current(state).draft.map((old, i) => (i === index ? held(value ?? old + by, { ...y, step: handStep(y) }) : old));
    return inMode(state, { draft });
  },

  /** Commits the draft and opens the result; waits when the result is not there yet. */
  reveal: (state, { time }) => {
    const mode = current(state);
    if (mode.stage !== "predict" || !mode.result || mode.settled !== mode.params) return state;
    const found = actual(declared(state), mode.result);
    const predicted = { value: mode.draft, actual: found, params: mode.params, time, ...gap(mode.draft, found) };
    return inMode(state, { stage: "open", predicted, fresh: true });
  },

  skip: (state) => inMode(state, { stage: "open", fresh: true }),

  param: (state, { name, value }) => {
    const mode = current(state);
    const control = declared(state).controls.find((one) => one.name === name);
    const number = held(value, control);
    if (number === mode.params[name]) return state;
    return { ...inMode(state, { params: { ...mode.params, [name]: number }, fresh: false, tasks: tried(mode.tasks) }), share: null };
  },

  result: (state, { mode, params, result }) =>
    complete(declared(state, mode), result) ? inMode({ ...state, waiting: false }, { result, settled: params, error: null }, mode) : state,

  failed: (state, { mode, params, error }) => inMode({ ...state, waiting: false }, { error, settled: params }, mode),

  waiting: (state) => ({ ...state, waiting: true }),

  moved: (state, { open }) => (Boolean(current(state).moved) === open ? state : inMode(state, { moved: open ? {} : null })),

  /** What moved the result, for the sliders that were asked about; the view may be closed by now. */
  account: (state, { mode, ...account }) => (state.modes[mode].moved ? inMode(state, { moved: account }, mode) : state),

  pin: (state) => inMode(state, { pinned: current(state).pinned ? null : { result: current(state).result, params: current(state).params } }),

  /** What stands beside the figure, set from outside: the original beside a model that the reader changed. */
  compare: (state, { mode, pinned }) => inMode(state, { pinned }, mode),

  restart: (state) => {
    const { origin } = current(state);
    return { ...inMode(state, begin(declared(state), origin.params, origin.result, "predict")), share: null, problem: null };
  },

  task: (state, { index }) => {
    const mode = current(state);
    const params = { ...mode.params, ...state.spec.tasks[index].set };
    return { ...inMode(state, { params, fresh: false, tasks: { ...mode.tasks, [index]: "set" } }), share: null };
  },

  insight: (state, { index }) => {
    const { tasks } = current(state);
    return tasks[index] === "tried" ? inMode(state, { tasks: { ...tasks, [index]: "shown" } }) : state;
  },

  /** From a shared address: a mode and its parameters, already checked. */
  restore: (state, { mode, params }) => ({ ...inMode(state, { params, stage: "open", predicted: null, fresh: false }, mode), mode }),

  /** From another view of the same widget, or from Python. */
  sync: (state, { mode, params, stage }) => {
    if (!(mode in state.modes)) return state;
    const old = state.modes[mode];
    const now = Object.fromEntries(declared(state, mode).controls.map(({ name, start }) => [name, Number.isFinite(params[name]) ? params[name] : start]));
    const patch = { stage };
    if (Object.keys(now).some((name) => now[name] !== old.params[name])) patch.params = now;
    if (stage === "predict" && old.stage !== "predict") patch.predicted = null;
    return { ...inMode(state, patch, mode), mode };
  },

  /** What the kernel says about parameters that came from Python; nothing when it has no complaint. */
  complaint: (state, { message }) => inMode(state, { error: message ? { message } : null }),

  records: (state, { records }) => ({ ...state, records }),
  width: (state, { width }) => (width === state.width ? state : { ...state, width }),
  shared: (state, { text, copied }) => ({ ...state, share: { text, copied } }),
  problem: (state, { message }) => ({ ...state, problem: message }),
  spoken: (state, { text }) => ({ ...state, spoken: text }),
};

/** `value` within the limits and on the grid of a control; its middle when it is no number. */
export function held(value, { min, max, step }) {
  const number = Number.isFinite(value) ? Math.min(max, Math.max(min, value)) : (min + max) / 2;
  return step ? Math.min(max, Number((min + Math.round((number - min) / step) * step).toFixed(6))) : number;
}

/** Whether `result` has what this mode shows; an answer to another mode's question has not. */
function complete(mode, result) {
  const { picture, readouts } = mode;
  return readouts.every(({ name }) => Number.isFinite(result?.[name])) && needs(picture).every((name) => typeof result[name] === "object" && result[name] !== null);
}

/** The lists and tables of the result that `picture` draws. */
function needs({ kind, ...picture }) {
  const own = {
    curve: () => [picture.curve],
    distribution: () => [picture.bins],
    lines: () => [...picture.lines.map(({ name }) => name), ...(picture.band ?? [])],
    scatter: () => [picture.points, ...(picture.centres ? [picture.centres] : [])],
    balance: () => picture.sides.map(([name]) => name),
    flow: () => [picture.links],
    network: () => [picture.nodes, picture.edges],
    queue: () => [picture.people],
  };
  return own[kind]?.() ?? [];
}
