// The page's side of the engine: questions go to its thread, answers come back as promises.

/** What a model itself refuses, in its own words. */
export class Refusal extends Error {}

/** The engine could not be loaded, or died. */
export class Broken extends Error {}

/** The thread that the page's head has started, unless somebody has it, or a new one; `url` is where worker.js lies. */
export function thread(url) {
  const started = globalThis.serviceEngine;
  const own = started && !started.taken ? started : new Worker(url, { type: "module" });
  own.taken = true;
  globalThis.serviceEngine ??= own; // the head may come later, and then starts none
  return own;
}

/** An engine that computes in `worker`. */
export function engine(worker) {
  const waiting = new Map();
  let last = 0;
  let broken = null;
  const stop = (reason) => {
    broken ??= new Broken(reason);
    worker.terminate();
    for (const { reject } of waiting.values()) reject(broken);
    waiting.clear();
  };
  worker.onerror = (event) => {
    event.preventDefault?.();
    stop(event.message ?? "the engine did not load");
  };
  worker.onmessage = ({ data: { id, value, error, broken: reason } }) => {
    if (reason) return stop(reason);
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    error === undefined ? resolve(value) : reject(new Refusal(error));
  };
  const ask = (question) =>
    new Promise((resolve, reject) => {
      if (broken) return reject(broken);
      waiting.set(++last, { resolve, reject });
      worker.postMessage({ id: last, ...question });
    });
  if (worker.failed) stop(worker.failed); // before anybody listened
  return {
    get broken() {
      return broken !== null;
    },
    /** Adds model files, by name; a file that is there already is the same one. */
    add: (sources) => ask({ sources }).catch(() => {}), // told by the next call
    /** Promises what the model function `target`, such as "satisfaction.population", returns. */
    call: (target, values) => ask({ target, values }),
    /** Promises that `files` are written, by their path within the package, and that `text` was run. */
    equip: (files, text) => ask({ files, text }),
    /** Promises what the function `name`, which `equip` defined, says to a question. */
    ask: (name, question) => ask({ name, question }),
    stop,
  };
}
