// Bundles the front end into ../static; run by `npm run build`.
import { chmodSync, cpSync, mkdtempSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const root = here("../../../..");
const micropython = `${root}/node_modules/@micropython/micropython-webassembly-pyscript`;
const browsers = ["chrome111", "safari16.4", "firefox111"];
const common = { bundle: true, format: "esm", minify: true, target: "es2022", charset: "utf8", legalComments: "none", logLevel: "warning" };

// what core.js exports is in service-sim.js already
const core = /^preact\/hooks$|\/(gap|html|scale|words|drawing|frame|marks|paths)\.js$/;
const fromCore = { name: "from-core", setup: ({ onResolve }) => onResolve({ filter: core }, () => ({ path: "./service-sim.js", external: true })) };

// beside the target and then into its place, so that nobody ever sees half of it
const out = mkdtempSync(here("../.static-"));
mkdirSync(`${out}/book`);
await Promise.all([
  build({ ...common, entryPoints: [here("widget.js")], outfile: `${out}/widget.js` }),
  build({ ...common, entryPoints: [here("style.css")], outfile: `${out}/widget.css`, target: browsers }),
  build({ ...common, entryPoints: [here("game/widget.js")], outfile: `${out}/game.js` }),
  build({ ...common, entryPoints: [here("game/game.css")], outfile: `${out}/game.css`, target: browsers }),
  build({ ...common, entryPoints: [here("game/element.js")], outfile: `${out}/book/service-game.js` }),
  build({ ...common, entryPoints: [here("element.js")], outfile: `${out}/book/service-sim.js` }),
  build({ ...common, entryPoints: [here("pictures/more.js")], outfile: `${out}/book/more-pictures.js`, plugins: [fromCore] }),
  // what only some readers ask for: the hood, the practice boxes, and the editor that both share
  build({
    ...common,
    entryPoints: [here("hood.js"), here("practice.js"), here("practice-box.js"), here("record-page.js")],
    outdir: `${out}/book`,
    splitting: true,
    chunkNames: "[name]-[hash]",
    loader: { ".css": "text", ".py": "text" },
  }),
  build({ ...common, entryPoints: [here("practice.css"), here("record-page.css")], outdir: `${out}/book`, target: browsers }),
  build({ ...common, entryPoints: [here("prerender.js")], outfile: `${out}/prerender.mjs`, platform: "node" }),
  // it looks for Node's modules only when it runs there
  build({ ...common, entryPoints: [here("worker.js")], outfile: `${out}/book/worker.js`, external: ["module", "path", "url", "fs", "crypto"] }),
]).catch((error) => {
  rmSync(out, { recursive: true });
  console.error(error.message);
  process.exit(1);
});
cpSync(`${out}/widget.css`, `${out}/book/service-sim.css`);
cpSync(`${out}/game.css`, `${out}/book/service-game.css`);
cpSync(`${micropython}/micropython.wasm`, `${out}/book/micropython.wasm`);
chmodSync(out, 0o755);
rmSync(here("../static"), { recursive: true, force: true });
renameSync(out, here("../static"));
