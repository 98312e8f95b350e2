// The engine's own thread: models compute here, so that the page never stops while they do.
// Asked { id, sources } or { id, target, values }, it answers { id, value } or { id, error }, in the order asked.
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { start } from "./driver.js";

const starting = start(loadMicroPython, new URL("micropython.wasm", import.meta.url).href);
starting.catch(() => {}); // told with the first question: before it nobody may be listening

onmessage = async ({ data: { id, sources, target, values } }) => {
  const python = await starting.catch((error) => postMessage({ broken: error.message }));
  if (!python) return;
  try {
    if (sources) python.add(sources);
    postMessage({ id, value: target ? python.call(target, values) : null });
  } catch (error) {
    postMessage({ id, error: error.message });
  }
};
