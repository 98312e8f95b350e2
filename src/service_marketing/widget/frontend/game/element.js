// <service-game>: a game in the static book, computed in the page.
import { Broken, engine, thread } from "../engine.js";
import { slot } from "../hood-home.js";
import * as records from "../records.js";
import * as storage from "../storage.js";
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
    const awake = () => {
      if (!running || running.broken) {
        running = engine(thread(beside("worker.js")));
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
    let shown = null; // the game as it was kept last
    const host = {
      id: spec.name,
      hood,
      compute: (decisions, seed) =>
        (hood.active ? hood.compute : original)("play", { decisions, seed }).catch((error) => {
          throw error instanceof Broken ? { broken: true } : error;
        }),
      kept() {
        const game = storage.load(spec.name);
        shown = JSON.stringify(game);
        return game;
      },
      keep(game) {
        shown = JSON.stringify(game);
        storage.keep(spec.name, game);
      },
      committed: (record) => hood.active || records.add(record), // of another model they say nothing
    };
    this.app = mount(root, data, host);
    // there is one game, also in two tabs: a quarter run in the other one is run here too
    storage.listen([spec.name], () => {
      if (JSON.stringify(storage.load(spec.name)) === shown) return;
      this.app.stop();
      this.app = mount(root, data, host);
    });
    root.inert = false;
    // loads the engine and its model, and runs a quarter for practice, before the reader's first asks for them
    if (!navigator.connection?.saveData) awake().call(spec.model, { decisions: [{}] }).catch(() => {});
  }
}

customElements.define("service-game", ServiceGame);
