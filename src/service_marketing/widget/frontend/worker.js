// The engine's own thread: models compute here, so that the page never stops while they do.
// Asked { id, sources }, { id, target, values }, { id, files, text } or { id, name, question }, it answers { id, value } or
// { id, error }, in the order asked.
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { start } from "./driver.js";

const starting = start(loadMicroPython, new URL("micropython.wasm", import.meta.url).href);
starting.catch(() => {}); // told with the first question: before it nobody may be listening

function answer(python, { sources, target, values, files, text, name, question }) {
  if (sources) python.add(sources);
  if (files) python.equip(files, text);
  if (name) return python.ask(name, question);
  return target ? python.call(target, values) : null;
}

onmessage = async ({ data: { id, ...asked } }) => {
  const python = await starting.catch((error) => postMessage({ broken: error.message }));
  if (!python) return;
  try {
    postMessage({ id, value: answer(python, asked) });
  } catch (error) {
    postMessage({ id, error: error.message });
  }
};
