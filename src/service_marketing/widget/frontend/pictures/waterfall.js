// From one total to another, a row a step: how much each adds or takes away.
import { readoutOf } from "../gap.js";
import { html } from "../html.js";
import { bare, changed, guessed, shown } from "../words.js";
import { domain, frame, linear, Soon, textWidth, ticks, wrapped, XAxis } from "./frame.js";

const ROW = 38;
const LABEL = { size: 12.5, line: 14 };
const WIDE = 480; // from here on the labels stand beside the bars, not above them
const LEAST = 300; // px high

/** The picture Waterfall of spec.py. */
export function Waterfall({ declared, mode, words, width, kind }) {
  const { picture } = declared;
  const open = mode.stage === "open" && mode.result;
  const wide = width >= WIDE;
  const guess = predicted(declared, mode, words);
  const reached = [mode.result, mode.pinned?.result, mode.origin.result].filter(Boolean).flatMap((result) => spans(picture, result).flat());
  const axis = { ...picture.axis, ...domain(picture.axis, [...reached, ...(guess ? guess.limits : [])]) };
  const label = wide ? Math.min(170, Math.max(...picture.steps.map((step) => textWidth(step.label, LABEL.size)), guess ? textWidth(guess.text, LABEL.size) : 0) + 14) : 0;
  const rows = picture.steps.length;
  const height = Waterfall.height(picture);
  const box = frame(width, 6, { left: label + 16, right: 18, height });
  const pitch = (box.bottom - box.top) / rows;
  const x = linear([axis.min, axis.max], [box.left, box.right]);
  const now = open && spans(picture, mode.result);
  const before = open && mode.pinned && spans(picture, mode.pinned.result);
  const at = (i) => {
    const top = box.top + i * pitch;
    return wide ? { top: top + 8, height: pitch - 16, label: top + pitch / 2 + 4.5 } : { top: top + 18, height: pitch - 24, label: top + 13 };
  };
  return html`<svg class=${kind} viewBox="0 0 ${box.width} ${box.height}" role="img" aria-label=${alt({ picture, mode, open, words })}>
    <g class="sm-axis" aria-hidden="true">${ticks(axis, 5).map((v) => html`<line class="sm-grid" x1=${x(v)} x2=${x(v)} y1=${box.top} y2=${box.bottom} />`)}</g>
    <${XAxis} box=${box} x=${x} axis=${{ ...axis, label: picture.axis.label }} words=${words} most=${5} />
    <line class="sm-base" x1=${x(0)} x2=${x(0)} y1=${box.top} y2=${box.bottom} />
    ${picture.steps.map((step, i) => html`<g class="sm-step" data-step=${step.name}>
      ${Label({ step, place: at(i), wide, label, guess: guess?.name === step.name ? guess : null })}
      ${before && Bar({ span: before[i], place: { top: at(i).top + at(i).height + 1, height: 4 }, x, kind: "sm-was-thin" })}
      ${now && Bar({ span: now[i], place: at(i), x, kind: `sm-bar sm-tone-${tone(picture, step, mode.result)}`, delay: i })}
      ${now && i + 1 < rows && html`<line class="sm-joint" x1=${x(now[i][1])} x2=${x(now[i][1])} y1=${at(i).top} y2=${at(i + 1).top} />`}
      ${guess?.name === step.name && html`<path class="sm-knob" d=${diamond(x(clamped(guess.at, axis)), at(i).top + at(i).height / 2)} />`}
      ${now && Value({ span: now[i], place: at(i), x, box, text: said(picture, step, mode.result, words) })}
    </g>`)}
    ${!open && Soon({ box, words, y: at((rows - 1) >> 1).top + at(0).height / 2 + 5 })}
  </svg>`;
}

/** How high the picture is: a row a step. */
Waterfall.height = (picture) => Math.max(LEAST, picture.steps.length * ROW + 52);

/** Where each step's bar begins and ends. */
function spans(picture, result) {
  let reached = 0;
  return picture.steps.map(({ name, total }) => {
    const from = total ? 0 : reached;
    reached = total ? result[name] : reached + result[name];
    return [from, reached];
  });
}

function predicted(declared, mode, words) {
  const { picture, prediction } = declared;
  const value = mode.stage === "open" ? mode.predicted?.value : mode.draft;
  if (prediction.kind !== "value" || !Number.isFinite(value) || !picture.steps.some(({ name, total }) => name === prediction.readout && total)) return null;
  const { format } = readoutOf(declared);
  const scale = format === "percent" ? 0.01 : 1;
  return {
    name: prediction.readout,
    at: value * scale,
    limits: [prediction.min * scale, prediction.max * scale],
    text: words.pair(words.yours, guessed(value, format, prediction.step, words)),
  };
}

const clamped = (value, { min, max }) => Math.min(max, Math.max(min, value));
const diamond = (x, y) => `M${x},${y - 8}l8,8l-8,8l-8,-8z`;

function tone(picture, step, result) {
  if (step.total) return "accent";
  if (result[step.name] === 0) return "muted";
  return result[step.name] > 0 === picture.good_up ? "good" : "bad";
}

const said = (picture, step, result, words) => (step.total ? shown : changed)(result[step.name], picture.format, words);

function Label({ step, place, wide, label, guess }) {
  const lines = wide ? wrapped(step.label, label - 10, LABEL.size) : [step.label];
  const texts = [...lines.map((text) => [text, ""]), ...(guess ? [[guess.text, "sm-drawn-label"]] : [])];
  if (!wide && guess) {
    return html`<text class="sm-row-name" x="0" y=${place.label} aria-hidden="true">${step.label}<tspan class="sm-drawn-label" dx="10">${guess.text}</tspan></text>`;
  }
  const first = place.label - ((texts.length - 1) * LABEL.line) / 2;
  return texts.map(([text, kind], i) => html`<text class=${`sm-row-name ${kind}`} x="0" y=${first + i * LABEL.line} aria-hidden="true">${text}</text>`);
}

function Bar({ span: [from, to], place, x, kind, delay = 0 }) {
  const [left, right] = [Math.min(x(from), x(to)), Math.max(x(from), x(to))];
  return html`<rect class=${kind} style=${`--sm-row:${delay};transform-origin:${x(from)}px 0`} x=${left} y=${place.top} width=${Math.max(1.5, right - left)} height=${place.height} />`;
}

/** The number of a bar: past its end, or on it, or before its beginning. */
function Value({ span: [from, to], place, x, box, text }) {
  const [left, right] = [Math.min(x(from), x(to)), Math.max(x(from), x(to))];
  const wide = textWidth(text, 12.5) + 8;
  const forward = to >= from;
  const after = right + wide <= box.width;
  const ahead = left - wide >= box.left - 6;
  const inside = right - left > wide;
  const [at, anchor] = (forward || !ahead) && after ? [right + 6, "start"] : inside ? [right - 6, "end"] : ahead ? [left - 6, "end"] : [box.width - 2, "end"];
  return html`<text class=${`sm-row-value${inside && at === right - 6 ? " sm-on" : ""}`} x=${at} y=${place.top + place.height / 2 + 4.5} text-anchor=${anchor} aria-hidden="true">${text}</text>`;
}

function alt({ picture, mode, open, words }) {
  if (!open) return words.rowsAlt(bare(picture.axis.label), picture.steps.map(({ label }) => label));
  return words.rowsAlt(bare(picture.axis.label), picture.steps.map((step) => words.pair(step.label, said(picture, step, mode.result, words))));
}
