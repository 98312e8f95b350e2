// <service-sim>: a simulation in the static book, computed in the page.
import { mount } from "./app.js";
import { Broken, engine, thread } from "./engine.js";
import { slot } from "./hood-home.js";
import { pictures } from "./pictures/index.js";
import * as records from "./records.js";
import * as share from "./share.js";
import { words } from "./words.js";

export * from "./core.js"; // for more-pictures.js

const beside = (file) => new URL(file, import.meta.url).href;

let running = null;
const library = {}; // the model files of all simulations on the page; each file stands in the first that needs it

/** The page's engine; a new one, should the last have failed. */
function awake() {
  if (!running || running.broken) {
    running = engine(thread(beside("worker.js")));
    running.add(library);
  }
  return running;
}

const declares = (element) => element.querySelector(":scope > script[type='application/json']");
const counts = new Map();

/** "expectation-lab", and "expectation-lab-2" for the second one on the page. */
function ownName(name) {
  counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts.get(name) > 1 ? `${name}-${counts.get(name)}` : name;
}

// What the reader is far from costs nothing: a simulation is taken over when it nears the screen.
const MARGIN = 1000; // px
const RETRY = 4000; // ms
const near = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) target.approach();
  },
  { rootMargin: `${MARGIN}px` },
);

const coming = {};

/** Loads `file` once; a failed try is forgotten. */
function loaded(file) {
  coming[file] ??= import(beside(file)).catch((error) => {
    delete coming[file];
    throw error;
  });
  return coming[file];
}

/** Loads a model file that no simulation before it on the page has carried. */
function model(name) {
  coming[name] ??= fetch(beside(`models/${name}`))
    .then((response) => (response.ok ? response.text() : Promise.reject(new Error(`${name}: ${response.status}`))))
    .then((text) => {
      library[name] = text;
      running?.add({ [name]: text });
    })
    .catch((error) => {
      delete coming[name];
      throw error;
    });
  return coming[name];
}

class ServiceSim extends HTMLElement {
  connectedCallback() {
    if (this.data) return;
    const script = declares(this);
    // the parser may still be inside this element
    if (!script && document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => this.connectedCallback(), { once: true });
    if (!script) return;
    this.data = JSON.parse(script.textContent);
    const { sources } = this.data.spec;
    Object.assign(library, sources);
    running?.add(sources);
    this.rest().catch(() => {}); // on its way before it is needed
    near.observe(this);
    // the observer answers some frames later, which a reader who is here already would wait for
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => this.look(), { once: true });
    else this.look();
  }

  look() {
    const { top, bottom } = this.getBoundingClientRect();
    if (top < innerHeight && bottom > 0) this.approach(); // one that is only near can wait for the observer
  }

  approach() {
    if (this.taken) return;
    this.taken = true;
    near.unobserve(this);
    awake();
    if (!this.missing.length && !this.apart.length) return this.show(this.data);
    this.rest().then(
      () => this.show(this.data),
      // what the build drew stays; tried again when the network may be back
      () => setTimeout(() => ((this.taken = false), near.observe(this)), RETRY),
    );
  }

  /** The files that this simulation needs besides this one: other pictures, the words of another language. */
  get missing() {
    const { language, modes } = this.data.spec;
    const files = modes.every(({ picture }) => picture.kind in pictures) ? [] : ["more-pictures.js"];
    return language in words ? files : [...files, "words-en.js"];
  }

  /** The model files that it needs and that the page does not carry. */
  get apart() {
    return (this.data.spec.apart ?? []).filter((name) => !(name in library));
  }

  rest() {
    return Promise.all([...this.missing.map(loaded), ...this.apart.map(model)]);
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
    const ask = (mode, params, target = model(mode).model) => awake().call(target, { ...model(mode).fixed, ...params });
    const hood = slot(spec, () => import(beside("hood.js")), {
      sources: library,
      worker: beside("worker.js"),
      original: ask,
      dispatch: (action) => this.app.dispatch(action),
    });
    const compute = (...asked) => (hood.active ? hood.compute(...asked) : ask(...asked));
    // one question at a time: sliders move faster than a slow phone computes, and only the latest counts
    let busy = false;
    let next = null;
    async function work() {
      busy = true;
      while (next) {
        const { mode, params, answer } = next;
        next = null;
        await compute(mode, params).then(
          (result) => answer(null, result),
          (error) => answer(error instanceof Broken ? { broken: true } : { message: error.message }),
        );
      }
      busy = false;
    }
    this.app = mount(root, data, {
      id: name,
      shareWord: "share",
      slow: true,
      compute(mode, params, answer) {
        next = { mode, params, answer };
        if (!busy) work();
      },
      async moved(mode, question, wanted) {
        const { attributed } = await import(beside("attribution.js"));
        return attributed(hood.engine ?? awake(), model(mode), question, wanted);
      },
      async rows(mode, params) {
        const { rows, readouts } = model(mode);
        if (rows) return compute(mode, params, rows);
        const result = await compute(mode, params);
        return [Object.fromEntries(readouts.map((readout) => [readout.name, result[readout.name]]))];
      },
      scenario(mode, params) {
        const address = share.write(location.href, name, mode, params, this.id);
        history.replaceState(history.state, "", address);
        return address;
      },
      // a prediction about a model that its reader changed says nothing about the course's
      committed: (record) => hood.active || records.add(record),
      hood,
      records: () => records.read().filter((one) => one.simulation === spec.name),
      forget: () => records.forget(spec.name),
    });
    root.inert = false; // until now there was nobody to answer
    const shared = share.read(location.href, name, spec);
    if (shared) this.app.dispatch({ type: "restore", ...shared });
  }
}

customElements.define("service-sim", ServiceSim);
