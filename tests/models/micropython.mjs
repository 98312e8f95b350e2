// Answers one question a line, in MicroPython, with the driver that the book's pages use:
// {"target": "satisfaction.population", "arguments": {…}} gives {"value": …} or {"error": "…"}.
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { start } from "../../src/service_marketing/widget/frontend/driver.js";

const python = await start(loadMicroPython, fileURLToPath(import.meta.resolve("@micropython/micropython-webassembly-pyscript/micropython.wasm")));

function answer({ sources, target, arguments: values }) {
  if (sources) return python.add(sources) ?? { value: null };
  try {
    return { value: python.call(target, values) };
  } catch (error) {
    return { error: error.message };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + "\n");
}
