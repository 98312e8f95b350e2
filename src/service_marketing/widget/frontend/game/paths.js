// Small pictures of the quarters so far: one number each, with what the reader expected of it.
import { html } from "../html.js";
import { fixed } from "../words.js";
import { found } from "./state.js";

const BOX = { width: 220, height: 100, left: 6, right: 62, top: 16, bottom: 14 };
const PLACES = { money: 0, count: 0, percent: 0 };

export function Path({ metric, state, words, at }) {
  const { spec, result } = state;
  const values = result.quarters.map((turn) => found(spec, metric.name, turn));
  const guesses = state.guesses.map((guess) => guess?.[metric.name] ?? null);
  const places = PLACES[metric.format] ?? (metric.axis.max - metric.axis.min <= 2 ? 2 : 1);
  const known = [...values, ...guesses.filter((value) => value !== null)];
  const low = metric.axis.min ?? Math.min(0, ...known);
  const high = metric.axis.max ?? Math.max(metric.format === "money" ? 100 : 1, ...known);
  const x = (turn) => BOX.left + (turn / (spec.turns - 1)) * (BOX.width - BOX.left - BOX.right);
  const y = (value) => BOX.height - BOX.bottom - ((value - low) / (high - low)) * (BOX.height - BOX.top - BOX.bottom);
  const shown = at ?? values.length - 1;
  const line = values.map((value, i) => `${i ? "L" : "M"}${x(i).toFixed(1)},${y(value).toFixed(1)}`).join("");
  const alt = words.pathAlt(metric.label, fixed(values.at(-1), places), values.map((value) => fixed(value, places)).join(spec.language === "zh" ? "，" : ", "));
  return html`<figure class="sg-path">
    <figcaption>${metric.label}</figcaption>
    <svg viewBox="0 0 ${BOX.width} ${BOX.height}" role="img" aria-label=${alt}>
      <line class="sg-base" x1=${BOX.left} x2=${BOX.width - BOX.right} y1=${y(low < 0 ? 0 : low)} y2=${y(low < 0 ? 0 : low)} />
      ${metric.name === "load" && html`<line class="sg-limit" x1=${BOX.left} x2=${BOX.width - BOX.right} y1=${y(1)} y2=${y(1)} />`}
      ${at !== null && html`<line class="sg-cursor" x1=${x(at)} x2=${x(at)} y1=${BOX.top - 6} y2=${BOX.height - BOX.bottom} />`}
      <path class="sg-line" d=${line} />
      ${guesses.map((value, i) => value !== null && html`<path class="sg-guess" d="M${x(i) - 4},${y(value)}l4,-4l4,4l-4,4z" />`)}
      <circle class="sg-dot" cx=${x(shown)} cy=${y(values[shown])} r="4" />
      <text x=${x(shown) + 9} y=${Math.min(BOX.height - 4, Math.max(16, y(values[shown]) + 6))}>${fixed(values[shown], places)}</text>
    </svg>
  </figure>`;
}
