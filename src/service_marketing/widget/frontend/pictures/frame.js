// What the pictures share: their size, axes, labels that keep out of each other's way, and keys.
import { html } from "../html.js";
import { linear, ticks } from "../scale.js";
import { decimals, fixed } from "../words.js";
import { mark, textWidth as widthOf } from "./marks.js";

export { domain, linear, ticks } from "../scale.js";

export const HEIGHT = 300; // as in the style sheet, so that nothing moves when the page takes over

/** Before the page has told its width two sizes are drawn, and the style sheet shows the one that fits. */
export const sizes = (width, wide = 404) => (width ? [[width, ""]] : [[wide, "sm-wide"], [NARROW, "sm-narrow"]]);

/** The narrowest picture, on a phone. */
export const NARROW = 326;

/** The plot's box for a picture `width` pixels wide; `top` leaves room for labels above the plot. */
export function frame(width, top, { left = 34, right = 12, bottom = 44, height = HEIGHT } = {}) {
  return { width, height, left, right: width - right, top, bottom: height - bottom };
}

// Text: there is no page to measure it in while the book is built, so its width is estimated, rather too wide

/** About how wide `text` is at `size` pixels. */
export const textWidth = (text, size = 12) => widthOf(String(text), size);

/** `text` in lines of at most `width` pixels: broken between Chinese characters, or between words. */
export function wrapped(text, width, size = 12) {
  const lines = [""];
  for (const piece of String(text).match(/[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+\s*|\s+/g) ?? []) {
    const longer = lines.at(-1) + piece;
    if (lines.at(-1) && textWidth(longer.trimEnd(), size) > width) lines.push(piece.trimStart());
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line) => line.trim());
}

/** `labels` ({ y, height } around their middles) moved up and down until none covers another, all between `top` and `bottom`. */
export function spread(labels, top, bottom) {
  const sorted = labels.map((label, index) => ({ ...label, index })).sort((a, b) => a.y - b.y);
  let floor = top;
  for (const label of sorted) {
    label.y = Math.max(label.y, floor + label.height / 2);
    floor = label.y + label.height / 2;
  }
  let ceiling = bottom;
  for (const label of sorted.reverse()) {
    label.y = Math.min(label.y, ceiling - label.height / 2);
    ceiling = label.y - label.height / 2;
  }
  return sorted.sort((a, b) => a.index - b.index);
}

// Axes

const BIG = { zh: [[1e8, "亿"], [1e4, "万"]], en: [[1e9, "bn"], [1e6, "m"], [1e4, "k", 1e3]] };

/** Round numbers as they stand beside an axis, all in one unit and with the same decimals. */
export function tickLabels(values, words) {
  const largest = Math.max(...values.map(Math.abs));
  const [from, unit, divisor = from] = BIG[words.language].find(([least]) => largest >= least) ?? [1, ""];
  const scaled = values.map((value) => value / (from === 1 ? 1 : divisor));
  const places = Math.max(...scaled.map((value) => decimals(Number(value.toPrecision(6)))));
  return scaled.map((value) => (value === 0 && unit ? "0" : fixed(value, places) + unit));
}

/** The room that these labels need to the left of a plot. */
export const roomFor = (labels) => Math.max(34, Math.ceil(Math.max(...labels.map((label) => textWidth(label)))) + 12);

export function XAxis({ box, x, axis, words, most = 9 }) {
  const many = Math.max(2, Math.floor((box.right - box.left) / 44));
  let values = ticks(axis, Math.min(most, many));
  // half steps only where whole ones would be too few
  if (values.some((value) => !Number.isInteger(value)) && axis.max - axis.min >= 3) values = ticks(axis, Math.min(most, many, Math.floor(axis.max - axis.min)));
  let labels = words ? tickLabels(values, words) : values;
  const widest = Math.max(...labels.map((label) => textWidth(label))) + 10;
  if (widest > 44) {
    values = ticks(axis, Math.max(2, Math.floor((box.right - box.left) / widest)));
    labels = words ? tickLabels(values, words) : values;
  }
  return html`<g class="sm-axis" aria-hidden="true">
    <line class="sm-base" x1=${box.left} x2=${box.right} y1=${box.bottom} y2=${box.bottom} />
    ${values.map((v, i) => html`<text x=${x(v)} y=${box.bottom + 17} text-anchor="middle">${labels[i]}</text>`)}
    <text class="sm-name" x=${box.width ? box.width - 12 : box.right} y=${box.bottom + 37} text-anchor="end">${axis.label}</text>
  </g>`;
}

export function YAxis({ box, y, values, label, words }) {
  const labels = words ? tickLabels(values, words) : values;
  return html`<g class="sm-axis" aria-hidden="true">
    ${values.map(
      (v, i) => html`<line class="sm-grid" x1=${box.left} x2=${box.right} y1=${y(v)} y2=${y(v)} />
        <text x=${box.left - 8} y=${y(v) + 4} text-anchor="end">${labels[i]}</text>`,
    )}
    <text class="sm-name" x="0" y=${box.name ?? box.top - 12}>${label}</text>
  </g>`;
}

/** "The result will be drawn here", in the middle of an empty plot. */
export function Soon({ box, words, x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2 }) {
  return html`<text class="sm-soon" x=${x} y=${y} text-anchor="middle" aria-hidden="true">${words.soon}</text>`;
}

// Keys: a colour is never alone, a shape goes with it

const SQUARE = 2;
const KEY = { size: 12.5, mark: 16, gap: 14, row: 19 };

/** Where keys with these texts stand in rows of `width` pixels: [{ x, row }], and how many rows that takes. */
export function keyRows(texts, width) {
  let x = 0;
  let row = 0;
  const places = texts.map((text) => {
    const wide = KEY.mark + textWidth(text, KEY.size);
    if (x && x + wide > width) [x, row] = [0, row + 1];
    const place = { x, row };
    x += wide + KEY.gap;
    return place;
  });
  return { places, rows: row + 1, height: (row + 1) * KEY.row };
}

/** Keys above a plot: `items` are { text, tone, group }; `group` picks the shape, without one it is a square; `hollow` ones are outlines. */
export function Keys({ items, width, y = 0 }) {
  const { places } = keyRows(items.map(({ text }) => text), width);
  return html`<g class="sm-keys" aria-hidden="true">
    ${items.map(({ text, tone, group, hollow }, i) => {
      const { x, row } = places[i];
      const line = y + row * KEY.row + 14;
      return html`<path class=${`sm-key sm-tone-${tone}${hollow ? " sm-hollow" : ""}`} d=${mark(group ?? SQUARE, x + 6, line - 4.5, 5)} /><text x=${x + KEY.mark} y=${line}>${text}</text>`;
    })}
  </g>`;
}
