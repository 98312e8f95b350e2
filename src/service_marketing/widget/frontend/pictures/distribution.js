// Stacked bars by outcome, the shares above them, the mean, and the reader's predicted share.
import { html } from "../html.js";
import { bare, decimals, fixed, guessed, shown } from "../words.js";
import { frame, linear, textWidth, ticks, XAxis, YAxis } from "./frame.js";

const STRIP = { top: 26, height: 14 };
const KEY = { size: 12, row: 18, gap: 14 };
const CEILINGS = [10, 20, 50, 100, 150, 200, 300, 500, 1000, 2000, 5000];
const total = (counts) => counts.reduce((a, b) => a + b, 0);

/** The picture Distribution of spec.py. */
export function Distribution({ declared, mode, words, width, kind }) {
  const { picture, prediction } = declared;
  const keys = placed(picture.groups, width - 12);
  const strip = { top: STRIP.top + (keys.rows - 1) * KEY.row, height: STRIP.height };
  const box = frame(width, 66 + strip.top);
  const x = linear([picture.x.min, picture.x.max], [box.left, box.right]);
  const { result, pinned } = mode;
  const open = mode.stage === "open" && result;
  const highest = open ? Math.max(...[result, pinned?.result].flatMap((one) => one?.[picture.bins].map(total) ?? [])) : 0;
  const ceiling = CEILINGS.find((c) => c >= highest) ?? highest;
  const y = linear([0, ceiling], [box.bottom, box.top]);
  const tones = picture.groups.map((_, k) => (picture.tones[k] ? `sm-filled sm-tone-${picture.tones[k]}` : `sm-group-${k}`));
  const guess = predicted({ declared, mode, open });
  const alt = open
    ? words.distributionAlt(
        bare(picture.x.label),
        fixed(result[picture.mean], 2),
        words.list(picture.groups.map(([name, label]) => words.pair(label, shown(result[name], "percent", words)))),
      )
    : words.axesOnly(picture.x.label, picture.y_label);
  return html`<svg class=${kind} viewBox="0 0 ${box.width} ${box.height}" role="img" aria-label=${alt}>
    <${YAxis} box=${box} y=${y} values=${open ? ticks({ min: 0, max: ceiling }, 4).slice(1) : []} label=${picture.y_label} />
    ${open && Strip({ box, strip, keys, groups: picture.groups, result, tones })}
    ${!open && html`<text class="sm-soon" x=${(box.left + box.right) / 2} y=${(box.top + box.bottom) / 2} text-anchor="middle" aria-hidden="true">${words.soon}</text>`}
    ${guess?.group !== undefined && !open && Empty({ box, strip, label: picture.groups[guess.group][1] })}
    ${guess?.group !== undefined && Marked({ box, strip, ...guess, label: words.pair(words.yours, guessed(guess.value, "percent", prediction.step, words)) })}
    ${open && Bars({ box, x, y, bins: result[picture.bins], tones, axis: picture.x })}
    ${open && pinned && Outline({ x, y, bins: pinned.result[picture.bins], axis: picture.x })}
    <${XAxis} box=${box} x=${x} axis=${picture.x} />
    ${guess?.at !== undefined && At({ box, strip, x: x(guess.at), label: words.pair(words.yours, fixed(guess.value, decimals(prediction.step))) })}
    ${open && Mean({ box, x: x(result[picture.mean]), label: words.pair(words.mean, fixed(result[picture.mean], 2)), from: textWidth(picture.y_label, 12.5) + 10 })}
  </svg>`;
}

/** Where the groups' keys stand: three that fit at the left, in the middle and at the right, others one after another in rows. */
function placed(groups, width) {
  const wide = groups.map(([, label]) => textWidth(`■ ${label} 100%`, KEY.size));
  if (groups.length <= 3 && wide.reduce((a, b) => a + b, 0) + KEY.gap < width) {
    const places = groups.length === 3 ? [["start", 0], ["middle", width / 2], ["end", width]] : [["start", 0], ["end", width]];
    return { rows: 1, places: places.map(([anchor, x]) => ({ anchor, x, row: 0 })) };
  }
  let [x, row] = [0, 0];
  const places = wide.map((one) => {
    if (x && x + one > width) [x, row] = [0, row + 1];
    const place = { anchor: "start", x, row };
    x += one + KEY.gap;
    return place;
  });
  return { rows: row + 1, places };
}

/** The reader's value: the share of a group on the strip, or the mean on the x axis; nothing for other numbers. */
function predicted({ declared, mode, open }) {
  const { picture, prediction } = declared;
  const value = open ? mode.predicted?.value : mode.draft;
  if (prediction.kind !== "value" || !Number.isFinite(value)) return null;
  if (prediction.readout === picture.mean) return { value, at: Math.min(picture.x.max, Math.max(picture.x.min, value)) };
  const group = picture.groups.findIndex(([name]) => name === prediction.readout);
  if (group < 0) return null;
  const share = value / 100;
  const last = group > 0 && group === picture.groups.length - 1;
  const before = open && !last ? picture.groups.slice(0, group).reduce((sum, [name]) => sum + mode.result[name], 0) : 0;
  return { value, group, share, from: last ? 1 - share : Math.min(before, 1 - share), leftwards: last };
}

const binWidth = (bins, { min, max }) => (max - min) / bins.length;

function Bars({ box, x, y, bins, tones, axis }) {
  const step = binWidth(bins, axis);
  return html`<g class="sm-bars" style="transform-origin: 0 ${box.bottom}px">
    ${bins.map((counts, i) => {
      let below = 0;
      const left = x(axis.min + i * step) + 1;
      return counts.map((count, k) => {
        const top = y(below + count);
        const height = y(below) - top;
        below += count;
        return html`<rect class=${tones[k]} x=${left} y=${top} width=${x(axis.min + (i + 1) * step) - left - 1} height=${height} />`;
      });
    })}
  </g>`;
}

function Strip({ box, strip, keys, groups, result, tones }) {
  const width = box.right;
  let left = 0;
  return html`<g class="sm-strip">
    ${groups.map(([name, label], k) => {
      const from = left;
      left += result[name] * width;
      const { x, row, anchor } = keys.places[k];
      return html`<rect class=${tones[k]} x=${from} y=${strip.top} width=${Math.max(0, result[name] * width - 1)} height=${strip.height} />
        <text x=${x} y=${14 + row * KEY.row} text-anchor=${anchor}><tspan class=${tones[k].replace("group", "swatch")}>■ </tspan>${label} <tspan class="sm-strong">${fixed(100 * result[name], 0)}%</tspan></text>`;
    })}
  </g>`;
}

function Empty({ box, strip, label }) {
  return html`<g class="sm-strip" aria-hidden="true">
    <rect class="sm-empty" x="0" y=${strip.top} width=${box.right} height=${strip.height} />
    <text x="0" y=${strip.top - 12}>0%</text><text x=${box.right} y=${strip.top - 12} text-anchor="end">100%</text>
    <text x=${box.right / 2} y=${strip.top - 12} text-anchor="middle">${label}</text>
  </g>`;
}

function Marked({ box, strip, share, from, leftwards, label }) {
  const left = from * box.right;
  const at = leftwards ? left : left + share * box.right;
  const right = at > box.right / 2;
  return html`<g class="sm-marked" aria-hidden="true">
    <rect x=${left} y=${strip.top + strip.height + 3} width=${share * box.right} height="3" />
    <line x1=${at} x2=${at} y1=${strip.top - 5} y2=${strip.top + strip.height + 9} />
    <text x=${right ? at - 7 : at + 7} y=${strip.top + strip.height + 20} text-anchor=${right ? "end" : "start"}>${label}</text>
  </g>`;
}

/** The predicted mean. */
function At({ box, strip, x, label }) {
  const right = x > (box.left + box.right) / 2;
  return html`<g class="sm-marked" aria-hidden="true">
    <line x1=${x} x2=${x} y1=${strip.top + strip.height + 9} y2=${box.bottom} />
    <text x=${right ? x - 7 : x + 7} y=${strip.top + strip.height + 20} text-anchor=${right ? "end" : "start"}>${label}</text>
  </g>`;
}

function Outline({ x, y, bins, axis }) {
  const step = binWidth(bins, axis);
  const path = bins.map((counts, i) => `V${y(total(counts))}H${x(axis.min + (i + 1) * step)}`).join("");
  return html`<path class="sm-line sm-ghost" d="M${x(axis.min)},${y(0)}${path}V${y(0)}" />`;
}

function Mean({ box, x, label, from }) {
  const half = textWidth(label, 13) / 2;
  return html`<g class="sm-mean" aria-hidden="true">
    <line x1=${x} x2=${x} y1=${box.top - 4} y2=${box.bottom} />
    <text x=${Math.min(Math.max(x, from + half), box.right - half)} y=${box.top - 10} text-anchor="middle">${label}</text>
  </g>`;
}
