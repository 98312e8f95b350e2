// Who told whom: people appear wave after wave, and below stands how many each wave is.
import { useState } from "preact/hooks";

import { html } from "../html.js";
import { legend, mark } from "./marks.js";

const HEIGHT = 198;
const EDGE = 8; // px
const PACE = 0.75; // seconds from wave to wave
const LONGEST = 4.2; // seconds for all: what moves by itself for more than five would need a way to stop it
const COLUMNS = { few: 6, most: 12 }; // so many waves have room for their full names, and any room at all

export function Network({ declared, mode, words, width, kind }) {
  const { picture } = declared;
  const [replayed, replay] = useState({ result: null, times: 0 });
  const open = mode.stage === "open" && mode.result;
  if (!open) {
    const alt = words.networkEmpty(words.list(picture.groups.map(([label]) => label)));
    return html`<div class=${`sm-network ${kind}`}>
      <div class="sm-network-head">${legend(html, picture.groups)}</div>
      <svg viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="xMidYMin" role="img" aria-label=${alt}>
        <rect class="sm-frame" x=".5" y=".5" width=${width - 1} height=${HEIGHT - 1} rx="6" />
        <text class="sm-soon" x=${width / 2} y=${HEIGHT / 2} text-anchor="middle" aria-hidden="true">${words.soon}</text>
      </svg>
    </div>`;
  }
  const nodes = mode.result[picture.nodes];
  const waves = sizes(nodes);
  const members = picture.groups.map((_, k) => nodes.filter((node) => node[2] === k).length);
  const last = waves.length - 1;
  const pace = Math.min(PACE, LONGEST / Math.max(1, last));
  const again = replayed.result === mode.result && replayed.times;
  const alt = words.networkAlt(
    nodes.length,
    words.list(picture.groups.map(([label], k) => words.pair(label, words.people(members[k])))),
    words.list(waves.map((count, k) => words.pair(words.wave(k), words.people(count)))),
  );
  return html`<div class=${`sm-network ${kind}${again ? " sm-again" : ""}`} style=${`--pace:${pace.toFixed(2)}s`}>
    <div class="sm-network-head">
      ${legend(html, picture.groups, members)}
      ${last > 0 && html`<button type="button" class="sm-quiet" onClick=${() => replay(({ times }) => ({ result: mode.result, times: times + 1 }))}>${words.replay}</button>`}
    </div>
    <svg key=${`scene-${again}`} viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="xMidYMin" role="img" aria-label=${alt}>
      ${paths({ nodes, edges: mode.result[picture.edges], groups: picture.groups, width, last })}
    </svg>
    ${Waves({ waves, before: mode.pinned && sizes(mode.pinned.result[picture.nodes]), words, width, again })}
  </div>`;
}

/** How many people each wave has. */
function sizes(nodes) {
  const counts = Array.from({ length: 1 + Math.max(0, ...nodes.map((node) => node[3])) }, () => 0);
  for (const node of nodes) counts[node[3]]++;
  return counts;
}

/** One path for the edges and one for the people of each group in each wave: few enough for any phone. */
function paths({ nodes, edges, groups, width, last }) {
  const r = Math.min(5.5, Math.max(2.4, 0.27 * Math.sqrt((width * HEIGHT) / Math.max(1, nodes.length))));
  const inset = EDGE + r;
  const at = nodes.map(([x, y]) => [inset + x * (width - 2 * inset), inset + y * (HEIGHT - 2 * inset)]);
  const drawn = Array.from({ length: last + 1 }, () => groups.map(() => ({ edges: "", people: "" })));
  for (const [from, to] of edges) drawn[nodes[to][3]][nodes[to][2]].edges += `M${at[from].map(p)}L${at[to].map(p)}`;
  nodes.forEach(([, , group, wave], i) => (drawn[wave][group].people += mark(group, ...at[i], r)));
  const layer = (kind) =>
    drawn.flatMap((wave, k) =>
      wave.map((group, g) => group[kind] && html`<path class=${`sm-wave sm-${kind} sm-tone-${groups[g][1]}`} style=${`--wave:${k}`} d=${group[kind]} />`),
    );
  return [layer("edges"), layer("people")];
}

const p = (v) => v.toFixed(1);

function Waves({ waves, before, words, width, again }) {
  const { columns, longest } = gathered(waves, before);
  const room = width / columns.length >= 44 && columns.length <= 2 * COLUMNS.few;
  const height = (count) => `${((100 * count) / longest).toFixed(1)}%`;
  return html`<ol class="sm-waves" key=${`waves-${again}`} aria-hidden="true">
    ${columns.map(({ wave, count, kept, rest }) => html`<li class="sm-wave" style=${`--wave:${wave}`}>
      <span class="sm-pile"><i style=${`height:${height(count)}`} />${before && html`<i class="sm-ghost" style=${`height:${height(kept)}`} />`}</span>
      <strong>${room ? words.people(count) : count}</strong>
      <span>${rest ? words.later(wave) : room ? words.wave(wave) : wave}</span>
    </li>`)}
  </ol>`;
}

/** A column for each wave; when there are too many, the last stands for all that follow. */
function gathered(waves, before) {
  const length = Math.max(waves.length, before?.length ?? 0);
  const all = Array.from({ length }, (_, wave) => ({ wave, count: waves[wave] ?? 0, kept: before?.[wave] ?? 0, rest: false }));
  const tail = all.slice(COLUMNS.most - 1);
  const total = (name) => tail.reduce((sum, one) => sum + one[name], 0);
  const columns = length > COLUMNS.most ? [...all.slice(0, COLUMNS.most - 1), { wave: tail[0].wave, count: total("count"), kept: total("kept"), rest: true }] : all;
  return { columns, longest: Math.max(1, ...columns.map(({ count, kept }) => Math.max(count, kept))) };
}
