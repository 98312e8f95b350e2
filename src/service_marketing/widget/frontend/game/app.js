// One game on the screen: keeps the state, draws it at most once a frame, and does what actions cause outside it.
import { download, text } from "../csv.js";
import { h, render } from "../html.js";
import { initial, over, update } from "./state.js";
import { Game, gaps } from "./view.js";
import { words as dictionary } from "./words.js";

const PATIENCE = 150; // ms

/**
 * Puts the game that `spec` declares into `root`; `opening` is the model's state before the first turn.
 *
 * `host` is the home: `id`; `compute(decisions, seed)` promises the model's state; `kept()` is a game to go on with and
 * `keep(game)` stores one; `committed(record)` is told each prediction.
 */
export function mount(root, { spec, opening }, host) {
  const words = dictionary[spec.language];
  let state = initial(spec, opening, host.kept() ?? {});
  let queued = 0;
  const draw = () => {
    queued = 0;
    render(h(Game, { state, dispatch, host }), root);
    if (!state.below && state.result?.quarters.length) requestAnimationFrame(() => apply({ type: "below" }));
  };
  const drawSoon = () => (queued ||= requestAnimationFrame(draw));
  const apply = (action) => {
    const before = state;
    state = update(state, action);
    // most answers are there before anybody could read that they are waited for
    if (state.running && !before.running) setTimeout(drawSoon, PATIENCE);
    else if (state !== before) drawSoon();
  };
  const save = () => host.keep({ seed: state.seed, decisions: state.decisions, guesses: state.guesses });
  const focusOn = (part) => requestAnimationFrame(() => requestAnimationFrame(() => root.querySelector(`#${CSS.escape(`${host.id}-${part}`)}`)?.focus()));
  const failed = (error) => apply({ type: "failed", error: error.broken ? { broken: true } : { message: error.message } });

  async function load() {
    try {
      apply({ type: "loaded", result: await host.compute(state.decisions, state.seed) });
    } catch (error) {
      failed(error);
    }
  }

  const effects = {
    go: async () => {
      if (!state.running) return;
      try {
        const result = await host.compute([...state.decisions, state.draft], state.seed);
        apply({ type: "ran", result });
        save();
        for (const [i, one] of spec.predictions.entries()) if (state.guesses.at(-1)) host.committed(record(i, one));
        apply({ type: "spoken", text: [words.report(state.decisions.length), ...gaps({ state, words }).map(({ text }) => text)].join(" ") });
        focusOn(over(state) ? "end" : "report");
      } catch (error) {
        failed(error);
      }
    },
    restart: () => {
      save();
      load();
      focusOn("question");
    },
    copy: async () => {
      try {
        await navigator.clipboard.writeText(state.result.code);
        apply({ type: "copied", on: true });
      } catch {
        root.querySelector(".sg-code input")?.select();
      }
    },
    ask: ({ on }) => on && apply({ type: "spoken", text: words.sure }), // the button has another name now
    csv: () => download(`${spec.name}_${state.seed}.csv`, table()),
  };

  function record(i, { readout, min, max }) {
    const turn = state.result.quarters.at(-1);
    const { format, label } = spec.figures.find((one) => one.name === readout);
    const predicted = state.guesses.at(-1)[readout];
    const actual = format === "money" ? turn[readout] / 1e4 : turn[readout];
    const mode = `q${state.decisions.length}`;
    return { simulation: spec.name, chapter: spec.chapter, title: spec.title, kind: "value", mode, readout, label, params: state.decisions.at(-1), predicted, actual, gap: actual - predicted, range: [min, max], time: new Date().toISOString() };
  }

  function table() {
    const columns = [
      ...spec.decisions.map(({ name, label }) => [label, (i) => state.decisions[i][name]]),
      ...spec.predictions.map(({ readout, question }) => [question, (i) => state.guesses[i]?.[readout] ?? ""]),
      ...[...spec.figures, ...spec.account, ...spec.metrics]
        .filter(({ name }, i, all) => all.findIndex((one) => one.name === name) === i)
        .map(({ name, label }) => [label, (i) => state.result.quarters[i][name]]),
    ];
    const rows = state.result.quarters.map((_, i) => [words.quarter(i + 1), ...columns.map(([, of]) => of(i))]);
    return text([[words.item, ...columns.map(([label]) => label)], ...rows]);
  }

  function dispatch(action) {
    apply(action.type === "restart" ? { ...action, opening } : action);
    effects[action.type]?.(action);
  }

  draw();
  if (!state.result || state.seed !== 1) load();
  return { dispatch, stop: () => (cancelAnimationFrame(queued), render(null, root)) };
}
