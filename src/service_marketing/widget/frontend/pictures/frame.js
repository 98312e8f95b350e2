// What the pictures share: their size, scales and axes.
import { html } from "../html.js";

const HEIGHT = 300; // as in the style sheet, so that nothing moves when the page takes over

/** Before the page has told its width two sizes are drawn, and the style sheet shows the one that fits. */
export const sizes = (width, wide = 404) => (width ? [[width, ""]] : [[wide, "sm-wide"], [326, "sm-narrow"]]);

/** The plot's box for a picture `width` pixels wide; `top` leaves room for labels above the plot. */
export function frame(width, top) {
  return { width, height: HEIGHT, left: 34, right: width - 12, top, bottom: HEIGHT - 44 };
}

/** The function that takes `domain` to `range` in a straight line. */
export const linear = ([a, b], [c, d]) => (x) => c + ((x - a) / (b - a)) * (d - c);

/** Whole numbers from `min` to `max`, at most `count` of them apart evenly. */
export function ticks({ min, max }, count = 9) {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((s) => (max - min) / s <= count) ?? 2000;
  return Array.from({ length: Math.floor((max - min) / step) + 1 }, (_, i) => min + i * step);
}

export function XAxis({ box, x, axis }) {
  return html`<g class="sm-axis" aria-hidden="true">
    <line class="sm-base" x1=${box.left} x2=${box.right} y1=${box.bottom} y2=${box.bottom} />
    ${ticks(axis).map((v) => html`<text x=${x(v)} y=${box.bottom + 17} text-anchor="middle">${v}</text>`)}
    <text class="sm-name" x=${box.right} y=${box.bottom + 37} text-anchor="end">${axis.label}</text>
  </g>`;
}

export function YAxis({ box, y, values, label }) {
  return html`<g class="sm-axis" aria-hidden="true">
    ${values.map(
      (v) => html`<line class="sm-grid" x1=${box.left} x2=${box.right} y1=${y(v)} y2=${y(v)} />
        <text x=${box.left - 8} y=${y(v) + 4} text-anchor="end">${v}</text>`,
    )}
    <text class="sm-name" x="0" y=${box.top - 12}>${label}</text>
  </g>`;
}
