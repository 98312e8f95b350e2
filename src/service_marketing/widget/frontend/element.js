// <service-sim>: a simulation in the static book, computed in the page.
import { mount } from "./app.js";
import { start } from "./driver.js";
import * as records from "./records.js";
import * as share from "./share.js";

const beside = (file) => new URL(file, import.meta.url).href;

let engine = null; // settled or on its way
let ready = null;
const library = {}; // the model files of all simulations on the page; each file stands in the first that needs it

function wake() {
  if (!engine) {
    // the engine's two files come side by side
    const link = { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: beside("micropython.wasm") };
    document.head.append(Object.assign(document.createElement("link"), link));
  }
  engine ??= import(beside("micropython.mjs"))
    .then(({ loadMicroPython }) => start(loadMicroPython, beside("micropython.wasm")))
    .then((started) => (ready = started))
    .catch((error) => {
      engine = null; // the next move of a slider tries again
      throw error;
    });
  return engine;
}

async function awake() {
  const python = await wake();
  python.add(library);
  return python;
}

const declares = (element) => element.querySelector(":scope > script[type='application/json']");
const counts = new Map();

/** "expectation-lab", and "expectation-lab-2" for the second one on the page. */
function ownName(name) {
  counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts.get(name) > 1 ? `${name}-${counts.get(name)}` : name;
}

// What the reader is far from costs nothing: neither the engine is loaded nor the simulation taken over before it nears the screen.
const MARGIN = 1000; // px
const near = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) target.approach();
  },
  { rootMargin: `${MARGIN}px` },
);

class ServiceSim extends HTMLElement {
  connectedCallback() {
    if (this.data) return;
    const script = declares(this);
    // the parser may still be inside this element
    if (!script && document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => this.connectedCallback(), { once: true });
    if (!script) return;
    this.data = JSON.parse(script.textContent);
    Object.assign(library, this.data.spec.sources);
    // the observer answers a frame later, which a reader who is here already would wait for
    const { top, bottom } = this.getBoundingClientRect();
    if (top < innerHeight + MARGIN && bottom > -MARGIN) this.approach();
    else near.observe(this);
  }

  approach() {
    near.unobserve(this);
    awake().catch(() => {}); // told to the reader when a slider moves
    this.show(this.data);
  }

  show(data) {
    const { spec } = data;
    const name = this.dataset.name ?? ownName(spec.name);
    this.id ||= name;
    let root = this.querySelector(":scope > .sm-root");
    if (!root) {
      for (const child of [...this.children]) if (child !== declares(this)) child.remove();
      this.append((root = Object.assign(document.createElement("div"), { className: "sm-root" })));
    }
    const model = (mode) => spec.modes.find((one) => one.name === mode);
    let latest = 0;
    const answerWith = (python, mode, params, answer) => {
      try {
        answer(null, python.call(model(mode).model, { ...model(mode).fixed, ...params }));
      } catch (error) {
        answer({ message: error.message });
      }
    };
    this.app = mount(root, data, {
      id: name,
      shareWord: "share",
      slow: true,
      compute(mode, params, answer) {
        const turn = ++latest;
        if (ready) {
          ready.add(library);
          answerWith(ready, mode, params, answer);
        } else {
          awake().then(
            (python) => turn === latest && answerWith(python, mode, params, answer),
            () => turn === latest && answer({ broken: true }),
          );
        }
      },
      async rows(mode, params) {
        const { rows, fixed, model: target, readouts } = model(mode);
        const python = await awake();
        if (rows) return python.call(rows, { ...fixed, ...params });
        const result = python.call(target, { ...fixed, ...params });
        return [Object.fromEntries(readouts.map((readout) => [readout.name, result[readout.name]]))];
      },
      scenario(mode, params) {
        const address = share.write(location.href, name, mode, params, this.id);
        history.replaceState(history.state, "", address);
        return address;
      },
      committed: records.add,
      records: () => records.read().filter((one) => one.simulation === spec.name),
      forget: () => records.forget(spec.name),
    });
    root.inert = false; // until now there was nobody to answer
    const shared = share.read(location.href, name, spec);
    if (shared) this.app.dispatch({ type: "restore", ...shared });
  }
}

customElements.define("service-sim", ServiceSim);
