// <service-game>: a game in the static book, computed in the page.
import { Broken, engine } from "../engine.js";
import { slot } from "../hood-home.js";
import * as records from "../records.js";
import { mount } from "./app.js";
import { asSimulation, initial } from "./state.js";

const beside = (file) => new URL(file, import.meta.url).href;
let running = null;

class ServiceGame extends HTMLElement {
  connectedCallback() {
    const script = this.querySelector(":scope > script[type='application/json']");
    if (!script && document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => this.connectedCallback(), { once: true });
    if (!script || this.app) return;
    const data = JSON.parse(script.textContent);
    const { spec } = data;
    const key = `service-marketing:${spec.name}`;
    const awake = () => {
      if (!running || running.broken) {
        running = engine(globalThis.serviceEngine ?? new Worker(beside("worker.js"), { type: "module" }));
        globalThis.serviceEngine = null;
        running.add(spec.sources);
      }
      return running;
    };
    let root = this.querySelector(":scope > .sm-root");
    if (!root) this.append((root = Object.assign(document.createElement("div"), { className: "sm-root" })));
    for (const child of [...this.children]) if (child !== script && child !== root) child.remove();
    const original = (mode, params) => awake().call(spec.model, params);
    const tell = { result: ({ result }) => ({ type: "loaded", result }), failed: ({ error }) => ({ type: "failed", error }) };
    const hood = slot(asSimulation(initial(spec, data.opening)).spec, () => import(beside("hood.js")), {
      sources: spec.sources,
      worker: beside("worker.js"),
      original,
      comparable: false,
      dispatch: (action) => tell[action.type] && this.app.dispatch(tell[action.type](action)),
    });
    this.app = mount(root, data, {
      id: spec.name,
      hood,
      compute: (decisions, seed) =>
        (hood.active ? hood.compute : original)("play", { decisions, seed }).catch((error) => {
          throw error instanceof Broken ? { broken: true } : error;
        }),
      kept() {
        try {
          return JSON.parse(localStorage.getItem(key));
        } catch {
          return null;
        }
      },
      keep(game) {
        try {
          localStorage.setItem(key, JSON.stringify(game));
        } catch {
          // without storage the game lasts as long as the page
        }
      },
      committed: (record) => hood.active || records.add(record), // of another model they say nothing
    });
    root.inert = false;
    // loads the engine and its model before the first quarter asks for them
    if (!navigator.connection?.saveData) awake().call(spec.model, { decisions: [] }).catch(() => {});
  }
}

customElements.define("service-game", ServiceGame);
