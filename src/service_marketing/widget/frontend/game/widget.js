// The game as a Jupyter widget: the same view, computed by the kernel.
import { Source } from "../hood-source.js";
import { mount } from "./app.js";

let count = 0;

function render({ model, el }) {
  const root = el.appendChild(Object.assign(document.createElement("div"), { className: "sm-root" }));
  // else JupyterLab takes the arrow keys for its cells; it looks at the focused element only
  root.addEventListener("focusin", ({ target }) => (target.dataset.lmSuppressShortcuts = "true"));
  const waiting = new Map();
  const receive = (message) => {
    const asked = waiting.get(message.ask);
    waiting.delete(message.ask);
    if (!asked) return;
    message.error ? asked.reject(new Error(message.error)) : asked.resolve(message.result);
  };
  const app = mount(root, { spec: model.get("spec"), opening: model.get("_opening") }, {
    id: `sm-game-${Date.now().toString(36)}-${++count}`,
    compute: (decisions, seed) =>
      new Promise((resolve, reject) => {
        const ask = `${Date.now()}-${Math.random()}`;
        waiting.set(ask, { resolve, reject });
        model.send({ type: "compute", ask, decisions, seed });
      }),
    kept: () => ({ seed: model.get("seed"), decisions: model.get("decisions"), guesses: model.get("guesses") }),
    keep(game) {
      for (const [name, value] of Object.entries(game)) model.set(name, value);
      model.save_changes();
    },
    committed() {},
    Source,
  });
  model.on("msg:custom", receive);
  return () => {
    model.off("msg:custom", receive);
    app.stop();
  };
}

export default { render };
