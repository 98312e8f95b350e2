// Makes of the site's modules scripts that run from file://, where browsers load no module, no thread and no data from a file.
// Usage: node zipped.mjs STATIC TARGET module.js …; `module.js` are those that pages load, by their path within STATIC.
// Writes to TARGET engine.js (the thread's script and all that is fetched, inside one script), book.js (every module) and
// run-N.js, which starts the N-th of the modules. All are plain scripts.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { build } from "esbuild";

const [folder, target, ...started] = process.argv.slice(2);
const LIVE = "service-sim";
const slashed = (path) => path.split(sep).join("/");
const files = readdirSync(join(folder, LIVE), { recursive: true }).map((name) => slashed(join(LIVE, name)));
const options = { bundle: true, write: false, format: "iife", minify: true, target: "es2022", charset: "utf8", legalComments: "none", logLevel: "silent" };

// where a module lies is told to it; what it loads by an address made while it runs, it gets from the list
const placed = (address) => ({
  name: "placed",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8")
        .replaceAll("import.meta.url", address(slashed(relative(folder, path))))
        .replace(/\bimport\((?!\s*["'`])/g, "__module(");
      return { contents: text, loader: "js" };
    }),
});
const only = async (made) => (await made).outputFiles[0].text;

const WORKER = `${LIVE}/worker.js`;
const HALVES = ["engine.wasm", "engine-rest.wasm"];
// the interpreter waits at its top level, for Node's modules, where there is Node: a plain script must not
const thread = { ...options, format: "esm", external: ["module", "path", "url", "fs", "crypto"] };
const worker = `(async () => {${await only(build({ ...thread, entryPoints: [join(folder, WORKER)], plugins: [placed(() => '"book://engine/worker.js"')] }))}})();`;
const fetched = Object.fromEntries(files.filter((name) => name.endsWith(".py")).map((name) => [name.slice(LIVE.length + 1), readFileSync(join(folder, name), "utf8")]));

// A thread from a text instead of a file, and answers to what would be fetched, in the page and in the thread
const FETCH = `
const bytes = (half) => Uint8Array.from(atob(WASM[half]), (sign) => sign.charCodeAt(0));
const asked = self.fetch;
self.engineRest = () => bytes("engine-rest.wasm");
self.fetch = (address, ...more) => {
  const path = String(address?.url ?? address);
  const named = (list) => Object.keys(list).filter((one) => path.endsWith("/" + one)).sort((a, b) => b.length - a.length)[0];
  const [text, half] = [named(FILES), named(WASM)];
  if (text) return Promise.resolve(new Response(FILES[text]));
  if (half) return Promise.resolve(new Response(bytes(half), { headers: { "content-type": "application/wasm" } }));
  return asked(address, ...more);
};`;
const engine = `(() => {
const WASM = ${JSON.stringify(Object.fromEntries(HALVES.map((half) => [half, readFileSync(join(folder, LIVE, half)).toString("base64")])))};
const FILES = ${JSON.stringify(fetched)};
const FETCH = ${JSON.stringify(FETCH)};
const SCRIPT = ${JSON.stringify(worker)};
${FETCH}
const Thread = self.Worker;
let address = null;
self.Worker = class extends Thread {
  constructor(url, options) {
    if (!/\\/worker[^/]*\\.js$/.test(url)) return new Thread(url, options);
    address ??= URL.createObjectURL(new Blob(["const WASM = ", JSON.stringify(WASM), ";const FILES = {};", FETCH, SCRIPT], { type: "text/javascript" }));
    super(address);
  }
};
})();`;

const modules = [...new Set([...files.filter((name) => name.endsWith(".js") && name !== WORKER && !/\/offline(-box)?\.js$/.test(name)), ...started])];
const entry = `const list = {${modules.map((name) => `${JSON.stringify(name)}: () => import(${JSON.stringify(`./${name}`)})`).join(",")}};
globalThis.__module = (address) => {
  const name = Object.keys(list).find((one) => String(address).endsWith("/" + one));
  return name ? list[name]() : Promise.reject(new Error(String(address)));
};`;
// reading without a network is what a reader of the files does already
const absent = { name: "absent", setup: ({ onResolve }) => onResolve({ filter: /\/offline(-box)?\.js$/ }, () => ({ path: "absent", external: true })) };
const book = await only(
  build({
    ...options,
    stdin: { contents: entry, resolveDir: folder, loader: "js" },
    plugins: [absent, placed((name) => `new URL(${JSON.stringify(name)}, globalThis.__static).href`)],
  }),
);
// the folder of this script lies in STATIC
const place = 'globalThis.__static = new URL("../", document.currentScript.src).href;';

mkdirSync(target, { recursive: true });
writeFileSync(join(target, "engine.js"), engine);
writeFileSync(join(target, "book.js"), `${place}\n${book}`);
started.forEach((name, number) => writeFileSync(join(target, `run-${number}.js`), `__module(${JSON.stringify(`/${name}`)});\n`));
