// The Jupyter widget: the same view, computed by the kernel.
import { mount } from "./app.js";
import { Source } from "./hood-source.js";
import "./pictures/more.js";
import "./words-en.js";

let count = 0;
const WAIT = 20000; // ms

/** The Python call that makes this scenario again. */
function code(spec, mode, params, origin) {
  const moved = Object.entries(params).filter(([name, value]) => value !== origin[name]);
  const given = [JSON.stringify(spec.name), `mode=${JSON.stringify(mode)}`, ...moved.map(([name, value]) => `${name}=${value}`)];
  if (spec.language !== "zh") given.push(`language=${JSON.stringify(spec.language)}`);
  return `ServiceSimulation(${given.join(", ")})`;
}

function render({ model, el }) {
  const spec = model.get("spec");
  const root = el.appendChild(Object.assign(document.createElement("div"), { className: "sm-root" }));
  // else JupyterLab takes the arrow keys for its cells; it looks at the focused element only
  root.addEventListener("focusin", ({ target }) => (target.dataset.lmSuppressShortcuts = "true"));
  const waiting = new Map();
  let telling = false; // this view is the one that moves
  const pending = []; // questions on their way to the kernel
  const shared = () => ({ mode: model.get("mode"), params: model.get("params"), stage: model.get("stage") });
  const starts = (mode) => Object.fromEntries(spec.modes.find((one) => one.name === mode).controls.map((control) => [control.name, control.start]));
  const same = (a, b) => Object.keys(b).every((name) => a[name] === b[name]);

  /** Promises what the kernel answers to `content`. */
  const question = (content) =>
    new Promise((resolve, reject) => {
      const ask = `${Date.now()}-${Math.random()}`;
      waiting.set(ask, { resolve, reject });
      setTimeout(() => waiting.delete(ask) && reject(new Error("timeout")), WAIT);
      model.send({ ...content, ask });
    });

  const app = mount(root, { spec, stage: model.get("stage"), ...model.get("_start") }, {
    id: `sm-widget-${Date.now().toString(36)}-${++count}`,
    shareWord: "copyCode",
    Source,
    compute(mode, params, answer) {
      pending.push({ mode, params, answer });
      settle(); // Python may have changed the parameters, and answered already
    },
    moved: (mode, { start, now, readout }) => question({ type: "moved", mode, start, now, readout }),
    rows: (mode, params) => question({ type: "rows", mode, params }),
    scenario: (mode, params) => code(spec, mode, params, starts(mode)),
    committed(record) {
      model.set("prediction", record);
      model.save_changes();
    },
    records: () => [],
    forget() {},
    changed(state) {
      const { params, stage } = state.modes[state.mode];
      telling = true;
      for (const [name, value] of Object.entries({ mode: state.mode, params, stage })) model.set(name, value);
      telling = false;
      model.save_changes();
    },
  });

  function settle() {
    const { mode, params, result, error } = model.get("_answer");
    const found = pending.findLastIndex((one) => one.mode === mode && same(params, one.params));
    if (found < 0) return;
    const [{ answer }] = pending.splice(0, found + 1).slice(-1); // older questions need no answer any more
    answer(error ? { message: error } : null, result);
  }

  // another view or Python moved something
  const follow = () => telling || app.dispatch({ type: "sync", ...shared() });

  function receive(message) {
    const asked = waiting.get(message.ask);
    if (!asked) return;
    waiting.delete(message.ask);
    if (message.error) asked.reject(new Error(message.error));
    else asked.resolve(message[message.type]);
  }

  const complain = () => app.dispatch({ type: "complaint", message: model.get("error") });

  follow(); // a second view starts where the first one stands
  const events = [["change:_answer", settle], ["change:mode", follow], ["change:params", follow], ["change:stage", follow], ["change:error", complain], ["msg:custom", receive]];
  for (const [name, listener] of events) model.on(name, listener);
  return () => {
    for (const [name, listener] of events) model.off(name, listener);
    app.stop();
  };
}

export default { render };
