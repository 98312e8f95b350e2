// A line over the whole scale, this customer's point on it, and the line that the reader drew.
import { html } from "../html.js";
import { bare, fixed } from "../words.js";
import { Handles } from "./drawing.js";
import { frame, linear, ticks, XAxis, YAxis } from "./frame.js";
import { smooth, straight } from "./paths.js";

/** The picture Curve of spec.py. */
export function Curve({ declared, mode, words, width, kind, dispatch }) {
  const { picture, prediction } = declared;
  const box = frame(width, 34);
  const x = linear([picture.x.min, picture.x.max], [box.left, box.right]);
  const y = linear([picture.y.min, picture.y.max], [box.bottom, box.top]);
  const place = ([a, b]) => [x(a), y(b)];
  const open = mode.stage === "open";
  const drawn = open ? mode.predicted?.value : prediction.kind === "curve" && mode.draft;
  const at = picture.reference && mode.params[picture.reference];
  const [px, py] = open && mode.result ? picture.point.map((name) => mode.result[name] ?? mode.params[name]) : [];
  const [xName, yName] = [bare(picture.x.label), bare(picture.y.label)];
  const line = open && mode.result?.[picture.curve];
  const ends = line && [line[0], line.at(-1)].map(([a, b]) => [fixed(a, 1), fixed(b, 2)]);
  const alt = line ? words.curveAlt(xName, yName, fixed(px ?? 0, 1), fixed(py ?? 0, 2), ends) : words.axesOnly(picture.x.label, picture.y.label);
  return html`<svg class=${kind} viewBox="0 0 ${box.width} ${box.height}" role=${open ? "img" : "group"} aria-label=${alt}>
    ${at !== undefined && Sides({ box, x: x(at), labels: picture.sides })}
    <${YAxis} box=${box} y=${y} values=${ticks(picture.y, 4)} label=${picture.y.label} />
    <${XAxis} box=${box} x=${x} axis=${picture.x} />
    ${at !== undefined && Reference({ box, x: x(at), label: words.pair(picture.reference_label, fixed(at, 1)) })}
    ${open && mode.pinned && html`<path class="sm-line sm-ghost" d=${straight(mode.pinned.result[picture.curve].map(place))} />`}
    ${open && mode.result && html`<path class="sm-line sm-model" pathLength="1" d=${straight(mode.result[picture.curve].map(place))} />`}
    ${drawn && html`<path class="sm-line sm-drawn" d=${smooth(prediction.at.map((a, i) => place([a, drawn[i]])))} />`}
    ${open && drawn && EndLabels({ box, model: y(mode.result[picture.curve].at(-1)[1]), drawn: y(drawn.at(-1)), words })}
    ${open && drawn && mode.params === mode.predicted.params && Worst({ at: prediction.at, predicted: mode.predicted, x, y })}
    ${px !== undefined && Point({ box, x: x(px), y: y(py), label: fixed(py, 2) })}
    ${!open && drawn && Handles({ at: prediction.at, drawn, x, y, axes: picture, words, dispatch })}
  </svg>`;
}

function Sides({ box, x, labels }) {
  if (!labels) return null;
  const height = box.bottom - box.top;
  const room = (width, text) => width > 13 * text.length + 8;
  return html`<g class="sm-sides" aria-hidden="true">
    <rect class="sm-worse" x=${box.left} y=${box.top} width=${Math.max(0, x - box.left)} height=${height} />
    <rect class="sm-better" x=${x} y=${box.top} width=${Math.max(0, box.right - x)} height=${height} />
    ${room(x - box.left, labels[0]) && html`<text x=${x - 8} y=${box.bottom - 9} text-anchor="end">${labels[0]}</text>`}
    ${room(box.right - x, labels[1]) && html`<text x=${x + 8} y=${box.bottom - 9}>${labels[1]}</text>`}
  </g>`;
}

function Reference({ box, x, label }) {
  const right = x > box.right - 40;
  return html`<g class="sm-reference" aria-hidden="true">
    <line x1=${x} x2=${x} y1=${box.top} y2=${box.bottom} />
    <text x=${right ? box.right : Math.max(x, box.left + 60)} y=${box.top - 12} text-anchor=${right ? "end" : "middle"}>${label}</text>
  </g>`;
}

/** Where the reader's line was furthest from the model's when the result came out. */
function Worst({ at, predicted, x, y }) {
  const { worst, value, actual } = predicted;
  return html`<line class="sm-worst" x1=${x(at[worst])} x2=${x(at[worst])} y1=${y(value[worst])} y2=${y(actual[worst])} />`;
}

function EndLabels({ box, model, drawn, words }) {
  const apart = Math.abs(model - drawn) < 18 ? 18 : 0;
  const [up, down] = model <= drawn ? [model - 8, drawn + 18] : [drawn - 8, model + 18];
  const rise = Math.max(up - (apart ? 2 : 0), box.top + 12);
  const [my, dy] = model <= drawn ? [rise, down] : [down, rise];
  return html`<g class="sm-ends" aria-hidden="true" text-anchor="end">
    <text class="sm-model-label" x=${box.right} y=${my}>${words.model}</text>
    <text class="sm-drawn-label" x=${box.right} y=${dy}>${words.drawn}</text>
  </g>`;
}

function Point({ box, x, y, label }) {
  const left = x > box.left + 50; // curves mostly rise, so the room is at the upper left
  return html`<g class="sm-point">
    <circle cx=${x} cy=${y} r="7" />
    <text x=${left ? x - 11 : x + 13} y=${left ? Math.max(y - 10, box.top + 12) : Math.min(y + 22, box.bottom - 6)} text-anchor=${left ? "end" : "start"}>${label}</text>
  </g>`;
}
