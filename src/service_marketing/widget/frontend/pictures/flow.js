// People flowing from the top row to the bottom one: a bar is as wide as the number of people who get there.
import { html } from "../html.js";
import { fixed, grouped } from "../words.js";
import { textWidth } from "./marks.js";

const HEIGHT = 300;
const BAR = 7;
const LINE = 15;
const SIZE = 12.5;
const GAP = 8; // px between neighbours, at least
const ENOUGH = 0.62; // of the width is for the bars; labels give way before bars get narrower
const MOST = 7; // things in a row of which every order is tried

export function Flow({ declared, mode, words, width, kind }) {
  const { picture } = declared;
  const open = mode.stage === "open" && mode.result;
  const pinned = open && mode.pinned && totals(picture.nodes, mode.pinned.result[picture.links]);
  return html`<div class=${`sm-flow ${kind}`}>
    ${open ? Opened({ picture, links: mode.result[picture.links], pinned, words, width }) : Awaited({ picture, words, width })}
  </div>`;
}

function Opened({ picture, links, pinned, words, width }) {
  const { nodes, unit } = picture;
  const values = totals(nodes, links);
  const all = sum(nodes.map((node, i) => (node.row ? 0 : values[i])));
  const label = (i) => [share(values[i], all), amount(values[i])];
  const drawn = layout({ picture, links, values, pinned, width, words, all });
  const said = nodes.map((node, i) => (node.row ? `${words.pair(node.label, words.amount(amount(values[i]), unit))} (${label(i)[0]})` : "")).filter(Boolean);
  return html`<svg viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label=${words.flowAlt(words.amount(amount(all), unit), words.list(said))}>
      ${drawn.bands.map(({ d, tone, row }) => html`<path class="sm-band sm-tone-${tone}" style=${`--row:${row}`} d=${d} />`)}
      ${drawn.blocks.map(({ node, number, x, y, w, body, ghost, lines }) => html`<g class="sm-node sm-tone-${node.tone}" style=${`--row:${node.row}`}>
        <title>${words.pair(node.label, words.amount(number, unit))}</title>
        <rect class="sm-body" x=${x - w / 2} y=${y} width=${w} height=${body} />
        <rect class="sm-bar" x=${x - w / 2} y=${y} width=${w} height=${BAR} />
        ${ghost !== null && html`<rect class="sm-ghost" x=${x - ghost / 2} y=${y - 3} width=${ghost} height=${BAR + 5} />`}
        <g aria-hidden="true">${lines.map(([text, style, more], i) => html`<text class=${style} x=${x} y=${y + BAR + LINE * (i + 1) - 1} text-anchor="middle">${text}${more && html`<tspan class="sm-more" dx="6">${more}</tspan>`}</text>`)}</g>
      </g>`)}
    </svg>
    <div class="sm-hidden"><table>
      <caption>${words.flowTable}</caption>
      <thead><tr><th scope="col">${words.from}</th><th scope="col">${words.to}</th><th scope="col">${unit}</th></tr></thead>
      <tbody>${links.map(([from, to, value]) => html`<tr><td>${nodes[from].label}</td><td>${nodes[to].label}</td><td>${amount(value)}</td></tr>`)}</tbody>
    </table></div>`;
}

/** The same rows before there is anything to see in them: every place as wide as the next. */
function Awaited({ picture, words, width }) {
  const rows = byRow(picture.nodes);
  const step = (HEIGHT - 44) / Math.max(1, rows.length - 1);
  return html`<svg viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label=${words.flowEmpty(rows.map((row) => words.list(row.map((i) => picture.nodes[i].label))).join(" → "))}>
    ${rows.map((row, r) => {
      const each = width / row.length;
      return row.map((i, k) => html`<g class="sm-node sm-awaited" aria-hidden="true">
        <rect class="sm-bar" x=${(k + 0.5) * each - 0.36 * each} y=${r * step} width=${0.72 * each} height=${BAR} />
        ${wrapped(picture.nodes[i].label, each - GAP).map((text, n) => html`<text x=${(k + 0.5) * each} y=${r * step + BAR + LINE * (n + 1)} text-anchor="middle">${text}</text>`)}
      </g>`);
    })}
    <text class="sm-soon" x=${width / 2} y=${soonAt(rows, step)} text-anchor="middle" aria-hidden="true">${words.soon}</text>
  </svg>`;
}

// in the last gap between rows, where no label is
const soonAt = (rows, step) => Math.max(0, rows.length - 2) * step + (rows.length > 1 ? step / 2 + 30 : HEIGHT / 2);

// Numbers

const sum = (list) => list.reduce((a, b) => a + b, 0);

/** What flows into every node, or out of it where nothing flows in. */
function totals(nodes, links) {
  const into = nodes.map(() => 0);
  const out = nodes.map(() => 0);
  for (const [from, to, value] of links) {
    into[to] += value;
    out[from] += value;
  }
  return nodes.map((node, i) => (node.row && into[i] ? into[i] : out[i]));
}

const amount = (value) => grouped(value, value % 1 && value < 10 ? 1 : 0);

function share(value, all) {
  const percent = all ? (100 * value) / all : 0;
  return percent > 0 && percent < 0.5 ? "<1%" : `${fixed(percent, 0)}%`;
}

function byRow(nodes) {
  const rows = [];
  nodes.forEach((node, i) => (rows[node.row] ??= []).push(i));
  return rows.map((row) => row ?? []);
}

// Places

/** `label` in one line, or in two that are as short as can be when it is wider than `room`. */
function wrapped(label, room = 0) {
  if (textWidth(label, SIZE) <= Math.max(room, 4 * SIZE)) return [label];
  const cuts = label.includes(" ") ? [...label.matchAll(/ /g)].map(({ index }) => index) : [Math.ceil(label.length / 2)];
  const halves = cuts.map((at) => [label.slice(0, at), label.slice(at).trim()]);
  const longest = ([a, b]) => Math.max(textWidth(a, SIZE), textWidth(b, SIZE));
  return halves.reduce((best, one) => (longest(one) < longest(best) ? one : best));
}

const widest = (lines) => Math.max(0, ...lines.map(([text, , more]) => textWidth(text, SIZE) + (more ? 6 + textWidth(more, SIZE) : 0)));

/**
 * Where everything is drawn. A link that jumps a row runs through it like a nameless node; every node gets room for its
 * bar and its label, whichever is wider, so that neither overlaps a neighbour's.
 */
function layout({ picture, links, values, pinned, width, words, all }) {
  const { nodes } = picture;
  const rows = byRow(nodes).map((row) => row.map((i) => ({ node: i, value: values[i] })));
  const chains = links.map(([from, to, value]) => {
    const find = (i) => rows[nodes[i].row].find((item) => item.node === i);
    const through = [];
    for (let r = nodes[from].row + 1; r < nodes[to].row; r++) {
      const item = { node: null, value };
      rows[r].push(item);
      through.push(item);
    }
    return { from, to, value, items: [find(from), ...through, find(to)] };
  });
  untangle(rows, chains);
  // what nobody takes is not drawn
  const live = rows.map((row) => row.filter(({ node, value }) => value > 0 || (node !== null && pinned?.[node] > 0)));
  const reach = ({ node, value }) => Math.max(value, (node !== null && pinned?.[node]) || 0);
  const most = Math.max(all, ...live.map((row) => sum(row.map(reach)))) || 1;
  const full = width / most;
  const three = live.length < 5;
  const kept = pinned && sum(nodes.map((node, i) => (node.row ? 0 : pinned[i])));
  // shares compare only when as many people came in
  const before = (i) => (kept === all ? share(pinned[i], kept) : amount(pinned[i]));
  const text = (i) => [share(values[i], all), amount(values[i]), pinned && `${words.pinned} ${before(i)}`];
  const fits = (row) => fitted(row, { nodes, text, reach, width, three, wanted: ENOUGH * full });
  const labelled = live.map(fits);
  const scale = Math.min(full, ...labelled.map(({ scale }) => scale));
  const bodies = labelled.map(({ labels }) => BAR + LINE * Math.max(1, ...labels.map((lines) => lines.length)) + 5);
  const gap = live.length > 1 ? (HEIGHT - 4 - sum(bodies)) / (live.length - 1) : 0;
  const blocks = [];
  live.forEach((row, r) => {
    const y = 4 + sum(bodies.slice(0, r)) + gap * r;
    const slots = row.map((item, k) => Math.max(reach(item) * scale, widest(labelled[r].labels[k])));
    const spare = Math.max(0, width - sum(slots)) / Math.max(1, row.length);
    let left = 0;
    row.forEach((item, k) => {
      const room = slots[k] + spare;
      Object.assign(item, { x: left + room / 2, y, w: item.value * scale, body: bodies[r], out: 0, into: 0 });
      left += room;
      if (item.node !== null) {
        const ghost = pinned ? pinned[item.node] * scale : null;
        blocks.push({ ...item, node: nodes[item.node], number: amount(item.value), ghost, lines: labelled[r].labels[k] });
      }
    });
  });
  return { blocks, bands: bands(chains.filter(({ value }) => value > 0), nodes, scale) };
}

/** Bands leave a node in the order of where they go and arrive in the order of where they come from: none cross there. */
function bands(chains, nodes, scale) {
  const pieces = chains.flatMap((chain) => chain.items.slice(1).map((to, i) => ({ chain, from: chain.items[i], to })));
  for (const piece of [...pieces].sort((a, b) => a.to.x - b.to.x)) {
    piece.start = piece.from.x - piece.from.w / 2 + piece.from.out;
    piece.from.out += piece.chain.value * scale;
  }
  for (const piece of [...pieces].sort((a, b) => a.from.x - b.from.x)) {
    piece.end = piece.to.x - piece.to.w / 2 + piece.to.into;
    piece.to.into += piece.chain.value * scale;
  }
  const drawn = chains.map((chain) => {
    const own = pieces.filter((piece) => piece.chain === chain);
    const w = chain.value * scale;
    const down = own.map((piece) => {
      const a = piece.from.y + piece.from.body;
      const b = piece.to.y;
      return { x0: piece.start, x1: piece.end, a, b, bend: (a + b) / 2 };
    });
    const there = down.map(({ x0, x1, a, b, bend }) => `L${p(x0)},${p(a)}C${p(x0)},${p(bend)} ${p(x1)},${p(bend)} ${p(x1)},${p(b)}`).join("");
    const back = [...down].reverse().map(({ x0, x1, a, b, bend }) => `L${p(x1 + w)},${p(b)}C${p(x1 + w)},${p(bend)} ${p(x0 + w)},${p(bend)} ${p(x0 + w)},${p(a)}`).join("");
    return { d: `M${(there + back).slice(1)}Z`, tone: nodes[chain.to].tone, row: nodes[chain.from].row, w };
  });
  return drawn.sort((a, b) => b.w - a.w);
}

const p = (v) => Number(v.toFixed(1));

/**
 * The labels of a row, as full as leaves the bars a scale of at least `wanted`: name, share and number; names in two lines;
 * without the number; and at last the smallest nodes without any.
 */
function fitted(row, { nodes, text, reach, width, three, wanted }) {
  const label = (item, level) => {
    if (item.node === null) return [];
    const [share, number, kept] = text(item.node);
    const name = nodes[item.node].label;
    const names = (level > 0 && three ? wrapped(name) : [name]).map((line) => [line, ""]);
    return [...names, [share, "sm-strong", level > 1 ? null : number], ...(kept && names.length + 1 < (three ? 4 : 2) ? [[kept, "sm-kept"]] : [])];
  };
  let found = null;
  for (let level = 0; level < 3; level++) {
    const labels = row.map((item) => label(item, level));
    found = { labels, scale: scaleFor(row.map(reach), labels.map(widest), width) };
    if (found.scale >= wanted) return found;
  }
  const smallest = row.map((_, k) => k).filter((k) => row[k].node !== null).sort((a, b) => reach(row[a]) - reach(row[b]));
  for (const k of smallest.slice(0, -1)) {
    const labels = found.labels.map((lines, i) => (i === k ? [] : lines));
    found = { labels, scale: scaleFor(row.map(reach), labels.map(widest), width) };
    if (found.scale >= wanted) break;
  }
  return found;
}

/** The largest scale at which the row, each thing as wide as its bar or its label, fits into `width`. */
function scaleFor(values, labels, width) {
  const room = width - GAP * Math.max(0, values.length - 1);
  const used = (scale) => sum(values.map((value, k) => Math.max(value * scale, labels[k])));
  let low = 0;
  let high = room / (sum(values) || 1);
  if (used(high) <= room) return high;
  for (let i = 0; i < 30; i++) {
    const mid = (low + high) / 2;
    if (used(mid) <= room) low = mid;
    else high = mid;
  }
  return low;
}

// Order: that with the fewest crossings; as declared among equals, so that sliders do not shuffle the nodes

function untangle(rows, chains) {
  const pairs = chains.flatMap(({ items }) => items.slice(1).map((to, i) => [items[i], to]));
  const rowOf = new Map(rows.flatMap((row, r) => row.map((item) => [item, r])));
  const touching = rows.map((_, r) => pairs.filter(([from, to]) => rowOf.get(from) === r || rowOf.get(to) === r));
  const place = new Map();
  const seat = (row) => row.forEach((item, k) => place.set(item, k));
  rows.forEach(seat);
  for (let sweep = 0, better = true; better && sweep < 4; sweep++) {
    better = false;
    // the first row last: who comes in stands as declared when the others can make way
    for (const r of [...rows.keys()].map((k) => (k + 1) % rows.length)) {
      const row = rows[r];
      if (row.length < 2 || row.length > MOST) continue;
      let best = row;
      let fewest = crossings(touching[r], place, rowOf);
      for (const order of orders(row)) {
        if (!fewest) break;
        seat(order);
        const count = crossings(touching[r], place, rowOf);
        if (count < fewest) [best, fewest, better] = [order, count, true];
      }
      rows[r] = best;
      seat(best);
    }
  }
}

function crossings(pairs, place, rowOf) {
  let count = 0;
  for (let i = 0; i < pairs.length; i++) {
    for (let k = i + 1; k < pairs.length; k++) {
      const [[a, b], [c, d]] = [pairs[i], pairs[k]];
      if (rowOf.get(a) === rowOf.get(c) && (place.get(a) - place.get(c)) * (place.get(b) - place.get(d)) < 0) count++;
    }
  }
  return count;
}

function* orders(list) {
  if (list.length < 2) yield list;
  else for (let i = 0; i < list.length; i++) for (const rest of orders([...list.slice(0, i), ...list.slice(i + 1)])) yield [list[i], ...rest];
}
