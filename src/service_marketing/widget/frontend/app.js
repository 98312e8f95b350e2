// One simulation on the screen: keeps the state, draws it at most once a frame, and does what actions cause outside it.
import { csv, download, fileName } from "./csv.js";
import { render } from "./html.js";
import { movedQuestion } from "./moved.js";
import { record } from "./records.js";
import { current, declared, initial, update } from "./state.js";
import { gapSentence, view } from "./view.js";
import { shown, words as dictionary } from "./words.js";

const SPEAK_AFTER = 700; // ms
const REST = 300; // ms without a move, then the view of what moved the result is computed again
const PATIENCE = 400; // ms without an answer, then the reader is told

/**
 * Puts the simulation that `data` declares into `root`.
 *
 * `host` is the home: `id`; `compute(mode, params, answer)` calls `answer(error, result)` now, later, or never when it
 * was asked again before, `error` being null, `{ message }` of a model that refuses, or `{ broken: true }` when nothing can
 * compute; `slow`: whether the reader is told to wait;
 * `moved(mode, question, wanted)` promises what moved the result, or null once `wanted()` is false;
 * `rows(mode, params)` promises the rows to download; `scenario(mode, params)` is the text to share;
 * `committed(record)`, `records()`, `forget()` and `changed(state)` are told what happened.
 */
export function mount(root, data, host) {
  let state = initial(data);
  let queued = 0;
  let asked = null;
  let patience = 0;
  let speaking = 0;
  let resting = 0;
  const words = dictionary[data.spec.language];

  const draw = () => render(view({ state, dispatch, host }), root);

  function frame() {
    queued = 0;
    draw();
  }

  const unanswered = () => current(state).params !== current(state).settled;

  function settle() {
    const { params } = current(state);
    if (!unanswered() || params === asked) return;
    asked = params;
    const mode = state.mode;
    host.compute(mode, params, (error, result) => {
      apply(error ? { type: "failed", mode, params, error } : { type: "result", mode, params, result });
    });
    clearTimeout(patience);
    if (host.slow && unanswered()) patience = setTimeout(() => unanswered() && apply({ type: "waiting" }), PATIENCE);
  }

  function apply(action) {
    const before = state;
    state = update(state, action);
    if (state === before) return;
    queued ||= requestAnimationFrame(frame);
    settle();
    accountSoon();
    if (action.type === "result" || action.type === "reveal" || action.type === "skip") speakSoon();
  }

  function dispatch(action) {
    const before = state;
    apply(action);
    effects[action.type]?.(action, before);
    if (state !== before && action.type in told) host.changed?.(state);
  }

  // computed after the sliders rest, so that it never stands in their way
  function accountSoon() {
    clearTimeout(resting);
    if (movedQuestion(declared(state), current(state))) resting = setTimeout(account, REST);
  }

  async function account() {
    const mode = state.mode;
    const question = movedQuestion(declared(state), current(state));
    if (!question) return;
    const { start, now } = question;
    const wanted = () => state.mode === mode && current(state).moved && current(state).params === now;
    try {
      const data = await host.moved(mode, question, wanted);
      if (data && wanted()) apply({ type: "account", mode, start, now, data });
    } catch (error) {
      if (wanted()) apply({ type: "account", mode, start, now, error: error.message });
    }
  }

  // said after the sliders rest, so that a listener is not talked over
  function speakSoon() {
    clearTimeout(speaking);
    speaking = setTimeout(() => apply({ type: "spoken", text: summary() }), SPEAK_AFTER);
  }

  function summary() {
    const mode = current(state);
    if (mode.stage !== "open" || !mode.result) return "";
    const shape = declared(state);
    const numbers = shape.readouts.map(({ name, label, format }) => words.pair(label, shown(mode.result[name], format, words)));
    const said = words.list(numbers);
    return mode.fresh && mode.predicted ? `${gapSentence({ declared: shape, predicted: mode.predicted, words })} ${said}` : said;
  }

  // the button that was pressed is gone; a reader who moved on is left alone
  const focusOn = (part) =>
    requestAnimationFrame(() => {
      if (document.activeElement && document.activeElement !== document.body && !root.contains(document.activeElement)) return;
      const at = (name) => root.querySelector(`#${CSS.escape(`${host.id}-${name}`)}`);
      (at(part) ?? at("question"))?.focus({ preventScroll: true });
    });

  // a task stands below the picture that it is about
  function showPicture() {
    const { top, bottom } = root.querySelector(".sm-picture").getBoundingClientRect();
    if (top >= 0 && bottom <= innerHeight) return;
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
    root.querySelector(".sm-work").scrollIntoView({ block: "start", behavior });
  }

  const told = { mode: 1, param: 1, task: 1, restart: 1, reveal: 1, skip: 1, restore: 1 };
  const effects = {
    reveal: (action, before) => {
      const { predicted } = current(state);
      if (state === before || !predicted) return;
      host.committed(record(state.spec, declared(state), predicted));
      apply({ type: "records", records: host.records() });
      focusOn("open");
    },
    skip: () => focusOn("open"),
    restart: () => focusOn("question"),
    insight: ({ index }) => focusOn(`insight-${index}`),
    task: () => requestAnimationFrame(showPicture),
    forget: () => {
      host.forget();
      apply({ type: "records", records: host.records() });
      focusOn("open");
    },
    share: async () => {
      const text = host.scenario(state.mode, current(state).params);
      apply({ type: "shared", text, copied: await copy(text) });
    },
    csv: async () => {
      const mode = state.mode;
      const { params } = current(state);
      try {
        download(fileName(state.spec.name, mode, params), csv(declared(state, mode), await host.rows(mode, params), words));
        apply({ type: "problem", message: null });
      } catch (error) {
        apply({ type: "problem", message: words.noCsv + error.message });
      }
    },
  };

  const measure = () => {
    const width = Math.floor(root.querySelector(".sm-picture")?.clientWidth ?? 0);
    if (width) apply({ type: "width", width });
  };
  // drawn once, at the width that the page already gives it and with what the reader brought along
  measure();
  apply({ type: "records", records: host.records() });
  cancelAnimationFrame(queued);
  queued = 0;
  draw();
  const watcher = new ResizeObserver(measure);
  watcher.observe(root);
  return {
    dispatch,
    stop() {
      watcher.disconnect();
      clearTimeout(speaking);
      clearTimeout(patience);
      clearTimeout(resting);
      cancelAnimationFrame(queued);
      render(null, root);
    },
  };
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
