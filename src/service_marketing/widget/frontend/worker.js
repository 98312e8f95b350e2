// The engine's own thread: models compute here, so that the page never stops while they do.
// Asked { id, sources }, { id, target, values }, { id, files, text } or { id, name, question }, it answers { id, value } or
// { id, error }, in the order asked.
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { start } from "./driver.js";

const beside = (file) => new URL(file, import.meta.url).href;
const rest = beside("engine-rest.wasm");

/** The second half of the engine, while a call into it waits. A thread that has no address to load from brings it along. */
function now() {
  if (self.engineRest) return self.engineRest();
  const request = new XMLHttpRequest();
  request.open("GET", rest, false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status && request.status !== 200) throw new Error(`${rest}: ${request.status}`);
  return request.response;
}

async function soon() {
  const response = await fetch(rest);
  if (!response.ok) throw new Error(`${rest}: ${response.status}`);
  return response.arrayBuffer();
}

const starting = start(loadMicroPython, beside("engine.wasm"), { now, soon });
starting.catch(() => {}); // told with the first question: before it nobody may be listening

function answer(python, { sources, target, values, files, text, name, question }) {
  if (sources) python.add(sources);
  if (files) python.equip(files, text);
  if (name) return python.ask(name, question);
  return target ? python.call(target, values) : null;
}

async function handle({ id, ...asked }) {
  try {
    const python = await starting;
    if (asked.files) await python.complete(); // whoever brings code may ask for anything
    try {
      postMessage({ id, value: answer(python, asked) });
    } catch (error) {
      postMessage(python.broken ? { broken: python.broken } : { id, error: error.message });
    }
  } catch (error) {
    postMessage({ broken: error.message });
  }
}

let last = null;
onmessage = ({ data }) => (last = Promise.resolve(last).then(() => handle(data)));
