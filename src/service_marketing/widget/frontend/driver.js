// The course's models in MicroPython: one interpreter for all the simulations of a page.
import { halves } from "./engine-halves.js";

const HOME = "/lib/service_marketing";

const CALL = `
import json

def _call(target, arguments):
    module, name = target.split(".")
    try:
        found = __import__("service_marketing.models." + module, None, None, [name])
        return json.dumps({"value": getattr(found, name)(**json.loads(arguments))})
    except Exception as error:
        return json.dumps({"error": str(error)})
`;

// The draws stay the same while sliders move, so the last few lists are kept; a model gets its own copy.
const REMEMBER = `
from service_marketing.models import draws

def _remembering(function):
    kept = {}
    def remembered(*arguments, **named):
        if named:
            return function(*arguments, **named)
        if arguments not in kept:
            if len(kept) > 7:
                kept.clear()
            kept[arguments] = function(*arguments)
        return kept[arguments][:]
    return remembered

draws.normals = _remembering(draws.normals)
draws.uniforms = _remembering(draws.uniforms)
`;

/** An interpreter with nothing in it yet; `url` is where the first half of the engine lies, `other` gives the second. */
export async function start(loadMicroPython, url, other) {
  const engine = halves(other);
  const python = await loadMicroPython({ url, heapsize: 4 * 1024 * 1024, linebuffer: true }).finally(engine.release);
  const known = new Set();
  const write = (path, text) => {
    const folder = `${HOME}/${path}`.replace(/\/[^/]*$/, "");
    python.FS.mkdirTree(folder);
    if (!known.has(folder)) python.FS.writeFile(`${folder}/__init__.py`, "");
    known.add(folder);
    python.FS.writeFile(`${HOME}/${path}`, text);
  };
  write("__init__.py", "");
  python.runPython(CALL);
  const call = python.globals.get("_call");
  return {
    /** Adds model files, by name; a file that is there already is the same one. */
    add(sources) {
      for (const [name, text] of Object.entries(sources)) {
        if (known.has(name)) continue;
        known.add(name);
        write(`models/${name}`, text);
        if (name === "draws.py") python.runPython(REMEMBER);
      }
    },
    /** What the model function `target`, such as "satisfaction.population", returns; throws its message when it refuses. */
    call(target, values) {
      const answer = JSON.parse(call(target, JSON.stringify(values)));
      if ("error" in answer) throw new Error(answer.error);
      return answer.value;
    },
    /** Promises all of MicroPython, for what readers may write; the models run without. */
    complete: engine.complete,
    /** Whether all of it is there. */
    get whole() {
      return engine.whole;
    },
    /** Why nothing can be computed any more, or null. */
    get broken() {
      return engine.broken;
    },
    /** Writes files, by their path within the package, and runs `text`, which defines functions to `ask`. */
    equip(files, text) {
      for (const [path, content] of Object.entries(files)) write(path, content);
      python.runPython(text);
    },
    /** What the function `name`, which `equip` defined, says to a question. */
    ask: (name, question) => JSON.parse(python.globals.get(name)(JSON.stringify(question))),
  };
}
