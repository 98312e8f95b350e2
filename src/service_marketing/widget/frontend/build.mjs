// Bundles the front end into ../static; run by `npm run build`.
import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdtempSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transformAsync } from "@babel/core";
import htm from "babel-plugin-htm";
import { build } from "esbuild";

import { split } from "./engine-split.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const root = here("../../../..");
const micropython = `${root}/node_modules/@micropython/micropython-webassembly-pyscript`;
const browsers = ["chrome111", "safari16.4", "firefox111"];
// markup becomes plain calls here, which a phone would otherwise make of it, template by template, while its reader waits
const markup = {
  name: "markup",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/frontend\/.*\.js$/ }, async ({ path }) => {
      const source = readFileSync(path, "utf8");
      if (!source.includes("html`")) return null;
      const plugins = [[htm, { pragma: "element", import: { module: "preact", export: "h" } }]];
      return { contents: (await transformAsync(source, { plugins, filename: path, babelrc: false, configFile: false })).code };
    }),
};
// MicroPython's loader was compiled with Emscripten's assertions, which check the compiler and not the reader: a tenth of the thread
const unasserted = {
  name: "unasserted",
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]micropython\.mjs$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8")
        .replace("function assert(", "function asserted(")
        .replaceAll(/\bassert\(/g, "unasserted(")
        .replaceAll(/\[(?:"[\w$]+",?)+\]\.forEach\((?:missingLibrarySymbol|unexportedRuntimeSymbol)\)/g, "0"),
    })),
};
const engineThread = { define: { process: "undefined" }, pure: ["unasserted"], banner: { js: "const unasserted = () => {};" }, plugins: [unasserted, markup] };
const common = { bundle: true, format: "esm", minify: true, target: "es2022", charset: "utf8", legalComments: "none", logLevel: "warning", plugins: [markup] };

// what core.js exports is in service-sim.js already
const core = /^preact(\/hooks)?$|\/(gap|html|scale|words|drawing|frame|index|marks|paths)\.js$/;
const fromCore = { name: "from-core", setup: ({ onResolve }) => onResolve({ filter: core }, () => ({ path: "./service-sim.js", external: true })) };

/** MicroPython in two halves; the profile is of this very version. */
function engine() {
  const bytes = readFileSync(`${micropython}/micropython.wasm`);
  const profile = JSON.parse(readFileSync(here("engine-profile.json"), "utf8"));
  if (profile.engine === createHash("sha256").update(bytes).digest("hex")) return split(bytes, new Set(profile.hot));
  throw new Error("engine-profile.json is of another version of MicroPython: run python tests/models/engine_profile.py");
}

// beside the target and then into its place, so that nobody ever sees half of it
const out = mkdtempSync(here("../.static-"));
mkdirSync(`${out}/book`);
await Promise.all([
  build({ ...common, entryPoints: [here("widget.js")], outfile: `${out}/widget.js` }),
  build({ ...common, entryPoints: [here("style.css")], outfile: `${out}/widget.css`, target: browsers }),
  build({ ...common, entryPoints: [here("game/widget.js")], outfile: `${out}/game.js` }),
  build({ ...common, entryPoints: [here("game/game.css")], outfile: `${out}/game.css`, target: browsers }),
  build({ ...common, entryPoints: [here("game/element.js")], outfile: `${out}/book/service-game.js` }),
  build({ ...common, entryPoints: [here("quiz-widget.js")], outfile: `${out}/quiz.js` }),
  build({ ...common, entryPoints: [here("quiz.css")], outfile: `${out}/quiz.css`, target: browsers }),
  build({ ...common, entryPoints: [here("quiz.js")], outfile: `${out}/book/quiz.js` }),
  build({ ...common, entryPoints: [here("progress.js")], outfile: `${out}/book/progress.js` }),
  build({ ...common, entryPoints: [here("element.js")], outfile: `${out}/book/service-sim.js` }),
  build({ ...common, entryPoints: [here("pictures/more.js")], outfile: `${out}/book/more-pictures.js`, plugins: [fromCore, markup] }),
  build({ ...common, entryPoints: [here("words-en.js")], outfile: `${out}/book/words-en.js`, plugins: [fromCore] }),
  // what only some readers ask for: what moved a result, the hood, the practice boxes, and the editor that both share
  build({
    ...common,
    entryPoints: [here("attribution.js"), here("hood.js"), here("practice.js"), here("practice-box.js"), here("record-page.js")],
    outdir: `${out}/book`,
    splitting: true,
    chunkNames: "[name]-[hash]",
    loader: { ".css": "text", ".py": "text" },
  }),
  build({ ...common, entryPoints: [here("practice.css"), here("record-page.css")], outdir: `${out}/book`, target: browsers }),
  // reading without a network: what every page does, the box of the page that offers the whole book, and the service worker
  build({ ...common, entryPoints: [here("offline/offline.js")], outfile: `${out}/book/offline.js`, external: ["./offline-box.js"] }),
  build({ ...common, entryPoints: [here("offline/box.js")], outfile: `${out}/book/offline-box.js` }),
  build({ ...common, entryPoints: [here("offline/sw.js")], outfile: `${out}/sw.js`, format: "iife", define: { "process.env.NODE_ENV": '"production"' } }),
  build({ ...common, entryPoints: [here("prerender.js")], outfile: `${out}/prerender.mjs`, platform: "node" }),
  // it looks for Node's modules only when it runs there
  build({ ...common, ...engineThread, entryPoints: [here("worker.js")], outfile: `${out}/book/worker.js`, external: ["module", "path", "url", "fs", "crypto"] }),
]).catch((error) => {
  rmSync(out, { recursive: true });
  console.error(error.message);
  process.exit(1);
});
cpSync(`${out}/widget.css`, `${out}/book/service-sim.css`);
cpSync(`${out}/game.css`, `${out}/book/service-game.css`);
cpSync(`${out}/quiz.css`, `${out}/book/quiz.css`);
const { first, rest } = engine();
writeFileSync(`${out}/book/engine.wasm`, first);
writeFileSync(`${out}/book/engine-rest.wasm`, rest);
chmodSync(out, 0o755);
rmSync(here("../static"), { recursive: true, force: true });
renameSync(out, here("../static"));
