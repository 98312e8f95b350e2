// Records which functions of MicroPython's engine the course's models run: engine-profile.json, which engine-split.mjs splits by.
// tests/models/engine_profile.py runs it with every simulation, also with settings that the models refuse.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import binaryen from "binaryen";

import { start } from "./driver.js";
import { ownFunctions } from "./engine-split.mjs";

const url = fileURLToPath(import.meta.resolve("@micropython/micropython-webassembly-pyscript/micropython.wasm"));
const bytes = readFileSync(url);

/** The engine with a call of "hit" at the start of each function. */
function counting() {
  const module = binaryen.readBinary(bytes);
  const own = ownFunctions(module);
  module.addFunctionImport("hit", "profile", "hit", binaryen.i32, binaryen.none);
  own.forEach(({ name, body, results }, i) => {
    const hit = module.call("hit", [module.i32.const(i)], binaryen.none);
    binaryen.Function(module.getFunction(name)).body = module.block(null, [hit, body], results);
  });
  const made = module.emitBinary();
  module.dispose();
  return made;
}

const hot = new Set();
const { instantiate } = WebAssembly;
const made = counting();
WebAssembly.instantiate = (_, imports) => instantiate.call(WebAssembly, made, { ...imports, profile: { hit: (i) => hot.add(i) } });
const python = await start(loadMicroPython, url, {});
const { sources, calls } = JSON.parse(readFileSync(0, "utf8"));
python.add(sources);
for (const [target, values] of calls) {
  try {
    python.call(target, values);
  } catch {
    // what a model refuses, and how it says so, belongs to what readers meet
  }
}
// what JavaScript no longer holds is freed in MicroPython, whenever the browser finds the time
for (let i = 0; i < 3; i++) {
  gc();
  await new Promise((done) => setTimeout(done, 50));
}
const profile = { engine: createHash("sha256").update(bytes).digest("hex"), hot: [...hot].sort((a, b) => a - b) };
writeFileSync(new URL("engine-profile.json", import.meta.url), JSON.stringify(profile) + "\n");
console.log(`${hot.size}`);
