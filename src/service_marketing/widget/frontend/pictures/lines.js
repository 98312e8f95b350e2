// Several lines over one axis, each named at its end; an area between two of them; places on the x axis.
import { readoutOf } from "../gap.js";
import { html } from "../html.js";
import { worth } from "../scale.js";
import { bare, fixed, guessed } from "../words.js";
import { Handles } from "./drawing.js";
import { domain, frame, linear, NARROW, roomFor, Soon, spread, textWidth, tickLabels, ticks, wrapped, XAxis, YAxis } from "./frame.js";
import { smooth, straight } from "./paths.js";

const LABEL = { size: 12.5, line: 15, gap: 8 };
const ROW = 17; // a row of marks above the plot

/** The picture Lines of spec.py. */
export function Lines({ declared, mode, words, width, kind, dispatch }) {
  const { picture, prediction } = declared;
  const open = mode.stage === "open" && mode.result;
  const results = [mode.result, mode.pinned?.result, mode.origin.result].filter(Boolean);
  const pairs = results.flatMap((result) => drawnLists(picture).flatMap((name) => result[name]));
  const guess = predicted({ declared, mode, pairs });
  const xAxis = { ...picture.x, ...domain(picture.x, [...pairs.map(([x]) => x), ...(guess?.on === "x" ? guess.limits : [])]) };
  const yAxis = { ...picture.y, ...domain(picture.y, [...pairs.map(([, y]) => y), ...(guess?.on === "y" ? guess.limits : [])]) };
  const draws = prediction.kind === "curve";
  const drawn = draws ? (open ? mode.predicted?.value : mode.stage === "predict" && mode.draft) : null;

  const names = [...picture.lines.map(({ label }) => label), ...(picture.band ? [picture.band_label ?? ""] : []), ...(draws ? [words.drawn] : [])];
  const longest = Math.max(...names.map((label) => textWidth(label, LABEL.size)));
  const margin = Math.min(longest, width <= NARROW + 40 ? 78 : Math.min(150, width * 0.26));
  const yTicks = ticks(yAxis, 5);
  const rows = picture.marks.length + (guess?.on === "x" ? 1 : 0);
  const box = frame(width, 32 + rows * ROW, { left: roomFor(tickLabels(yTicks, words)), right: margin + LABEL.gap + 2 });
  box.name = 14;
  const x = linear([xAxis.min, xAxis.max], [box.left, box.right]);
  const y = linear([yAxis.min, yAxis.max], [box.bottom, box.top]);
  const place = ([a, b]) => [x(a), y(b)];

  const marks = picture.marks
    .map(({ name, label }, row) => ({ row, label, at: (open ? mode.result[name] : null) ?? mode.params[name] }))
    .filter(({ at }) => Number.isFinite(at) && at >= xAxis.min && at <= xAxis.max);
  return html`<svg class=${kind} viewBox="0 0 ${box.width} ${box.height}" role=${draws && !open ? "group" : "img"} aria-label=${alt({ picture, mode, open, marks, words, yAxis, xAxis })}>
    <${YAxis} box=${box} y=${y} values=${yTicks} label=${picture.y.label} words=${words} />
    ${open && picture.band && html`<path class="sm-band" d=${area(picture.band, mode.result, place)} />`}
    <${XAxis} box=${box} x=${x} axis=${xAxis} words=${words} />
    ${marks.map(({ row, label, at }) => Place({ box, x: x(at), y: box.name + 4 + (row + 1) * ROW, text: words.pair(label, fixed(at, Math.min(1, worth(xAxis)))), kind: "sm-reference" }))}
    ${!open && !draws && Soon({ box, words, ...clear({ box, words, guess, x, y }) })}
    ${open && mode.pinned && picture.lines.map(({ name, tone }) => html`<path class=${`sm-line sm-before sm-tone-${tone}`} d=${straight(mode.pinned.result[name].map(place))} />`)}
    ${open && picture.lines.map((line) => Drawn({ line, d: straight(mode.result[line.name].map(place)) }))}
    ${drawn && html`<path class="sm-line sm-drawn" d=${smooth(prediction.at.map((a, i) => place([a, drawn[i]])))} />`}
    ${guess?.on === "x" && Place({ box, x: x(guess.at), y: box.top - 6, text: guess.text(words), kind: "sm-guessed" })}
    ${guess?.on === "y" && Level({ box, y: y(guess.at), text: guess.text(words) })}
    ${open && Ends({ picture, mode, drawn, box, y, margin, words, top: rows ? box.top : box.top - 10 })}
    ${!open && drawn && Handles({ at: prediction.at, drawn, x, y, axes: { x: xAxis, y: yAxis }, words, dispatch })}
  </svg>`;
}

const drawnLists = (picture) => [...picture.lines.map(({ name }) => name), ...(picture.band ?? [])];

/** The predicted value on the axis that `guess` names, in that axis's unit; nothing when there is none. */
function predicted({ declared, mode, pairs }) {
  const { picture, prediction } = declared;
  const value = mode.stage === "open" ? mode.predicted?.value : mode.draft;
  if (!picture.guess || prediction.kind !== "value" || !Number.isFinite(value)) return null;
  const { format } = readoutOf(declared);
  const side = picture.guess === "x" ? 0 : 1;
  const axis = picture[picture.guess];
  const most = axis.max ?? Math.max(...pairs.map((pair) => pair[side]));
  const scale = format === "percent" && most <= 1.5 && !axis.label.includes("%") ? 0.01 : 1; // a share's axis may run to 1
  return {
    on: picture.guess,
    at: value * scale,
    limits: [prediction.min * scale, prediction.max * scale],
    text: (words) => words.pair(words.yours, guessed(value, format, prediction.step, words)),
  };
}

/** A place for the words in the empty plot that the reader's mark leaves free. */
function clear({ box, words, guess, x, y }) {
  if (guess?.on === "y") return { y: y(guess.at) < (box.top + box.bottom) / 2 ? box.bottom - 30 : box.top + 40 };
  if (guess?.on !== "x") return {};
  const half = textWidth(words.soon, 14) / 2 + 6;
  const right = box.width - x(guess.at) > x(guess.at) - box.left;
  const [from, to] = right ? [x(guess.at), box.right] : [box.left, x(guess.at)];
  const middle = (from + to) / 2;
  return { x: right ? Math.min(box.width - half, Math.max(from + half, middle)) : Math.max(box.left + half, Math.min(to - half, middle)) };
}

function area([low, high], result, place) {
  const back = result[high].map(place).reverse();
  return straight([...result[low].map(place), ...back]) + "Z";
}

const Drawn = ({ line, d }) => html`<path class=${`sm-line sm-series${line.dashed ? " sm-dashed" : ""} sm-tone-${line.tone}`} data-line=${line.name} pathLength=${line.dashed ? undefined : 1} d=${d} />`;

function Place({ box, x, y, text, kind }) {
  const half = textWidth(text, 12.5) / 2;
  const middle = Math.min(Math.max(x, half), box.width - half);
  return html`<g class=${kind} aria-hidden="true">
    <line x1=${x} x2=${x} y1=${y + 4} y2=${box.bottom} />
    <text x=${middle} y=${y} text-anchor="middle">${text}</text>
  </g>`;
}

function Level({ box, y, text }) {
  const below = y < box.top + 20;
  return html`<g class="sm-guessed" aria-hidden="true">
    <line x1=${box.left} x2=${box.right} y1=${y} y2=${y} />
    <text x=${box.left + 6} y=${below ? y + 16 : y - 6}>${text}</text>
  </g>`;
}

/** The lines' names where the lines end, moved apart when they end close together. */
function Ends({ picture, mode, drawn, box, y, margin, words, top: highest }) {
  const last = (name) => mode.result[name].at(-1)[1];
  const wanted = picture.lines.map(({ name, label, tone }) => ({ label, tone, at: last(name) }));
  if (picture.band?.length && picture.band_label) wanted.push({ label: picture.band_label, tone: "neutral", at: (last(picture.band[0]) + last(picture.band[1])) / 2 });
  if (drawn) wanted.push({ label: words.drawn, kind: "sm-drawn-label", at: drawn.at(-1) });
  const labels = spread(
    wanted.map((one) => {
      const lines = wrapped(one.label, margin + 1, LABEL.size);
      return { ...one, lines, from: y(one.at), y: y(one.at), height: lines.length * LABEL.line + 2 };
    }),
    highest, // above it stand the names of places
    box.bottom + 4, // below it stand the numbers of the axis
  );
  return html`<g class="sm-line-names" aria-hidden="true">
    ${labels.map(({ lines, tone, kind, from, y: middle }) => {
      const top = middle - (lines.length * LABEL.line) / 2 + 11.5;
      return html`<g class=${kind ?? `sm-tone-${tone}`}>
        ${Math.abs(from - middle) > 9 && html`<line class="sm-leader" x1=${box.right + 1} y1=${from} x2=${box.right + LABEL.gap - 1} y2=${middle} />`}
        ${lines.map((line, i) => html`<text class=${kind} x=${box.right + LABEL.gap} y=${top + i * LABEL.line}>${line}</text>`)}
      </g>`;
    })}
  </g>`;
}

function alt({ picture, mode, open, marks, words, yAxis, xAxis }) {
  if (!open) return words.axesOnly(picture.x.label, picture.y.label);
  const number = (value) => fixed(value, worth(yAxis));
  const ends = (name) => [mode.result[name][0][1], mode.result[name].at(-1)[1]].map(number);
  const said = picture.lines.map(({ name, label }) => words.lineAlt(label, ...ends(name)));
  if (picture.band) said.push(words.bandAlt(picture.band_label ?? "", ...picture.band.map((name) => ends(name)[1])));
  for (const { label, at } of marks) said.push(words.pair(label, fixed(at, Math.min(1, worth(xAxis)))));
  return words.linesAlt(bare(picture.x.label), picture.y.label, said);
}
