// Bundles the front end into ../static; run by `npm run build`.
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const root = here("../../../..");
const micropython = `${root}/node_modules/@micropython/micropython-webassembly-pyscript`;
const common = { bundle: true, format: "esm", minify: true, target: "es2022", charset: "utf8", legalComments: "none", logLevel: "warning" };

rmSync(here("../static"), { recursive: true, force: true });
mkdirSync(here("../static/book"), { recursive: true });
await Promise.all([
  build({ ...common, entryPoints: [here("widget.js")], outfile: here("../static/widget.js") }),
  build({ ...common, entryPoints: [here("style.css")], outfile: here("../static/widget.css"), target: ["chrome111", "safari16.4", "firefox111"] }),
  build({ ...common, entryPoints: [here("element.js")], outfile: here("../static/book/service-sim.js") }),
  build({ ...common, entryPoints: [here("prerender.js")], outfile: here("../static/prerender.mjs"), platform: "node" }),
  // it looks for Node's modules only when it runs there
  build({ ...common, entryPoints: [here("worker.js")], outfile: here("../static/book/worker.js"), external: ["module", "path", "url", "fs", "crypto"] }),
]);
cpSync(here("../static/widget.css"), here("../static/book/service-sim.css"));
cpSync(`${micropython}/micropython.wasm`, here("../static/book/micropython.wasm"));
