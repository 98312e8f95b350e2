// The engine as the book's pages have it, for tests that put questions to it in Node: both halves out of the built front end.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { start } from "../src/service_marketing/widget/frontend/driver.js";

const built = (name) => fileURLToPath(new URL(`../src/service_marketing/widget/static/book/${name}`, import.meta.url));
const rest = () => readFileSync(built(process.env.ENGINE_REST ?? "engine-rest.wasm"));

export const python = await start(loadMicroPython, built("engine.wasm"), { now: rest, soon: async () => rest() });
