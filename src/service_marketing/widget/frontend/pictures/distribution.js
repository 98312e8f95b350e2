// Stacked bars by outcome, the shares above them, the mean, and the reader's predicted share.
import { html } from "../html.js";
import { bare, fixed, shown } from "../words.js";
import { frame, linear, ticks, XAxis, YAxis } from "./frame.js";

const STRIP = { top: 26, height: 14 };
const CEILINGS = [10, 20, 50, 100, 150, 200, 300, 500, 1000, 2000, 5000];
const total = (counts) => counts.reduce((a, b) => a + b, 0);

export function Distribution({ declared, mode, words, width, kind }) {
  const { picture, prediction } = declared;
  const box = frame(width, 92);
  const x = linear([picture.x.min, picture.x.max], [box.left, box.right]);
  const { result, pinned } = mode;
  const open = mode.stage === "open" && result;
  const highest = open ? Math.max(...[result, pinned?.result].flatMap((one) => one?.[picture.bins].map(total) ?? [])) : 0;
  const ceiling = CEILINGS.find((c) => c >= highest) ?? highest;
  const y = linear([0, ceiling], [box.bottom, box.top]);
  const predicts = prediction.kind === "value" && prediction.readout === picture.groups[0][0];
  const marked = predicts && (open ? mode.predicted?.value : mode.draft);
  const alt = open
    ? words.distributionAlt(
        bare(picture.x.label),
        fixed(result[picture.mean], 2),
        words.list(picture.groups.map(([name, label]) => words.pair(label, shown(result[name], "percent")))),
      )
    : words.axesOnly(picture.x.label, picture.y_label);
  return html`<svg class=${kind} viewBox="0 0 ${box.width} ${box.height}" role="img" aria-label=${alt}>
    <${YAxis} box=${box} y=${y} values=${open ? ticks({ min: 0, max: ceiling }, 4).slice(1) : []} label=${picture.y_label} />
    ${open && Strip({ box, groups: picture.groups, result })}
    ${!open && html`<text class="sm-soon" x=${(box.left + box.right) / 2} y=${(box.top + box.bottom) / 2} text-anchor="middle" aria-hidden="true">${words.soon}</text>`}
    ${predicts && !open && Empty({ box, groups: picture.groups })}
    ${Number.isFinite(marked) && Marked({ box, share: marked / 100, label: words.pair(words.yours, fixed(marked, 0) + "%") })}
    ${open && Bars({ box, x, y, bins: result[picture.bins], groups: picture.groups, axis: picture.x })}
    ${open && pinned && Outline({ x, y, bins: pinned.result[picture.bins], axis: picture.x })}
    <${XAxis} box=${box} x=${x} axis=${picture.x} />
    ${open && Mean({ box, x: x(result[picture.mean]), label: words.pair(words.mean, fixed(result[picture.mean], 2)) })}
  </svg>`;
}

const binWidth = (bins, { min, max }) => (max - min) / bins.length;

function Bars({ box, x, y, bins, groups, axis }) {
  const step = binWidth(bins, axis);
  return html`<g class="sm-bars" style="transform-origin: 0 ${box.bottom}px">
    ${bins.map((counts, i) => {
      let below = 0;
      const left = x(axis.min + i * step) + 1;
      return counts.map((count, k) => {
        const top = y(below + count);
        const height = y(below) - top;
        below += count;
        return html`<rect class="sm-group-${k}" x=${left} y=${top} width=${x(axis.min + (i + 1) * step) - left - 1} height=${height} />`;
      });
    })}
  </g>`;
}

function Strip({ box, groups, result }) {
  const width = box.right;
  let left = 0;
  return html`<g class="sm-strip">
    ${groups.map(([name, label], k) => {
      const from = left;
      left += result[name] * width;
      const at = [0, width / 2, width][k] ?? from;
      const anchor = ["start", "middle", "end"][k] ?? "start";
      return html`<rect class="sm-group-${k}" x=${from} y=${STRIP.top} width=${Math.max(0, result[name] * width - 1)} height=${STRIP.height} />
        <text x=${at} y="14" text-anchor=${anchor}><tspan class="sm-swatch-${k}">■ </tspan>${label} <tspan class="sm-strong">${fixed(100 * result[name], 0)}%</tspan></text>`;
    })}
  </g>`;
}

function Empty({ box, groups }) {
  return html`<g class="sm-strip" aria-hidden="true">
    <rect class="sm-empty" x="0" y=${STRIP.top} width=${box.right} height=${STRIP.height} />
    <text x="0" y="14">0%</text><text x=${box.right} y="14" text-anchor="end">100%</text>
    <text x=${box.right / 2} y="14" text-anchor="middle">${groups[0][1]}</text>
  </g>`;
}

function Marked({ box, share, label }) {
  const at = share * box.right;
  const right = at > box.right / 2;
  return html`<g class="sm-marked" aria-hidden="true">
    <rect x="0" y=${STRIP.top + STRIP.height + 3} width=${at} height="3" />
    <line x1=${at} x2=${at} y1=${STRIP.top - 5} y2=${STRIP.top + STRIP.height + 9} />
    <text x=${right ? at - 7 : at + 7} y=${STRIP.top + STRIP.height + 20} text-anchor=${right ? "end" : "start"}>${label}</text>
  </g>`;
}

function Outline({ x, y, bins, axis }) {
  const step = binWidth(bins, axis);
  const path = bins.map((counts, i) => `V${y(total(counts))}H${x(axis.min + (i + 1) * step)}`).join("");
  return html`<path class="sm-line sm-ghost" d="M${x(axis.min)},${y(0)}${path}V${y(0)}" />`;
}

function Mean({ box, x, label }) {
  const side = x > box.right - 60 ? "end" : x < box.left + 40 ? "start" : "middle";
  return html`<g class="sm-mean" aria-hidden="true">
    <line x1=${x} x2=${x} y1=${box.top - 4} y2=${box.bottom} />
    <text x=${x} y=${box.top - 10} text-anchor=${side}>${label}</text>
  </g>`;
}
