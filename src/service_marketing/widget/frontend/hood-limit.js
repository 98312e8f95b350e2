// Code that a reader wrote runs on a thread of its own, which is ended when it takes too long.
import { engine } from "./engine.js";

export const LIMIT = 3000; // ms

/** The code ran longer than it may. */
export class TooLong extends Error {}

/**
 * An engine for code that may never end. `url`: where worker.js lies; `ready(engine)` prepares it, without a limit.
 * `run(work)` promises what `work(engine)` does; after LIMIT it is stopped and TooLong thrown. `dead` says whether it was.
 */
export function bench(url, ready) {
  const running = engine(new Worker(url, { type: "module" }));
  const started = ready(running);
  started.catch(() => {}); // told by the first run
  return {
    get dead() {
      return running.broken;
    },
    stop: () => running.stop("stopped"),
    /** Promises `work(engine)`, which is the course's own and has no limit. */
    prepare: (work) => started.then(() => work(running)),
    async run(work) {
      await started;
      let timer;
      const late = new Promise((_, reject) => {
        timer = setTimeout(() => {
          reject(new TooLong()); // before the engine's end is told
          running.stop("too long");
        }, LIMIT);
      });
      const done = work(running);
      done.catch(() => {}); // a late one's own end is of no interest
      return Promise.race([done, late]).finally(() => clearTimeout(timer));
    },
  };
}
