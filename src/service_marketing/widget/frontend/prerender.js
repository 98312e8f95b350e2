// Draws every <service-sim> of built pages, so that it shows before, and without, any script.
//   node prerender.mjs page.html …
import { readFileSync, writeFileSync } from "node:fs";
import { render } from "preact-render-to-string";

import { prerenderGames } from "./game/prerender.js";
import { h } from "./html.js";
import "./pictures/more.js";
import "./words-en.js";
import { initial } from "./state.js";
import { Simulation, Still } from "./view.js";

const ELEMENT = /<service-sim((?:\s[^>]*)?)>([\s\S]*?)<\/service-sim>/g;
const DATA = /<script type="application\/json">([\s\S]*?)<\/script>/;
const NO_SCRIPT = "<noscript><style>.sm-root{display:none}.sm-still{display:block!important}</style></noscript>";
const HOST = { shareWord: "share" };

/** `page` with each simulation drawn; those that were drawn before stay as they are. */
export function prerender(page) {
  const counts = {};
  const given = new Set(); // model files that an element before this one carries
  return page.replace(ELEMENT, (whole, attributes, inside) => {
    const script = inside.match(DATA);
    if (!script) return whole;
    const data = JSON.parse(script[1]);
    const { name, sources } = data.spec;
    for (const file of Object.keys(sources)) given.has(file) ? delete sources[file] : given.add(file);
    counts[name] = (counts[name] ?? 0) + 1;
    if (/\sdata-name=/.test(attributes)) return whole;
    const id = counts[name] > 1 ? `${name}-${counts[name]}` : name;
    const state = initial(data);
    const first = render(h(Simulation, { state, dispatch: null, host: { ...HOST, id } }));
    const still = render(h(Still, { state }));
    const anchor = /\sid=/.test(attributes) ? "" : ` id="${id}"`;
    const carried = `<script type="application/json">${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>`;
    return `<service-sim${attributes}${anchor} data-name="${id}">${carried}<div class="sm-root" inert>${first}</div>${still}${NO_SCRIPT}</service-sim>`;
  });
}

for (const file of process.argv.slice(2)) {
  const before = readFileSync(file, "utf8");
  const after = prerenderGames(prerender(before));
  if (after !== before) writeFileSync(file, after);
}
