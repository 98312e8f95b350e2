// What a customer gets against what it costs, for each offer: a full stack, a hollow one, and what is left.
import { html } from "../html.js";
import { worth } from "../scale.js";
import { bare, fixed } from "../words.js";
import { domain, frame, keyRows, Keys, linear, NARROW, Soon, textWidth, ticks, XAxis } from "./frame.js";

const SIDE = { head: 20, bar: 20, gap: 12 };
const LEAST = 300; // px high
const total = (parts, side) => parts.reduce((sum, { name }) => sum + side[name], 0);

/** The picture Balance of spec.py. */
export function Balance({ declared, mode, words, width, kind }) {
  const { picture } = declared;
  const open = mode.stage === "open" && mode.result;
  const reached = [mode.result, mode.pinned?.result, mode.origin.result]
    .filter(Boolean)
    .flatMap((result) => picture.sides.flatMap(([name]) => [total(picture.gains, result[name]), total(picture.costs, result[name])]));
  const axis = { ...picture.axis, ...domain(picture.axis, reached) };
  const number = (value) => fixed(value, Math.min(2, worth(axis)));
  const keys = [...picture.gains.map((part) => ({ text: part.label, tone: part.tone })), ...picture.costs.map((part) => ({ text: part.label, tone: part.tone, hollow: true }))];
  const room = keyRows(keys.map(({ text }) => text), width).height;
  const left = Math.ceil(Math.max(textWidth(words.gains, 12.5), textWidth(words.costs, 12.5))) + 10;
  const box = frame(width, room + 4, { left, right: 14, height: Balance.height(picture) });
  const pitch = (box.bottom - box.top) / picture.sides.length;
  const x = linear([axis.min, axis.max], [box.left, box.right]);
  const bar = Math.min(32, (pitch - SIDE.head - SIDE.gap) / 2);
  return html`<svg class=${kind} viewBox="0 0 ${box.width} ${box.height}" role="img" aria-label=${alt({ picture, mode, open, number, words })}>
    ${Keys({ items: keys, width })}
    <g class="sm-axis" aria-hidden="true">${ticks(axis, 6).map((v) => html`<line class="sm-grid" x1=${x(v)} x2=${x(v)} y1=${box.top} y2=${box.bottom} />`)}</g>
    <${XAxis} box=${box} x=${x} axis=${axis} words=${words} />
    ${!open && Soon({ box: { ...box, top: box.top + pitch / 2 }, words })}
    ${picture.sides.map(([name, label], i) => {
      const top = box.top + i * pitch + 4;
      const side = open && mode.result[name];
      const before = open && mode.pinned?.result[name];
      const lines = { top: top + SIDE.head, bar };
      return html`<g class="sm-offer" data-side=${name}>
        <text class="sm-offer-name" x="0" y=${top + 13} aria-hidden="true">${label}${side && html`<tspan class=${`sm-net sm-tone-${side.net < 0 ? "bad" : "good"}`} dx="10">${words.net} ${side.net > 0 ? "+" : ""}${number(side.net)}</tspan>`}</text>
        ${[[picture.gains, words.gains, 0], [picture.costs, words.costs, 1]].map(([parts, word, row]) => html`
          <text class="sm-row-name" x="0" y=${lines.top + row * bar + bar / 2 + 4.5} aria-hidden="true">${word}</text>
          ${side && Stack({ parts, side, x, y: lines.top + row * bar, height: bar - 2, number, hollow: row === 1, box, row: 2 * i + row })}
          ${before && html`<rect class="sm-was-bar" x=${x(0)} y=${lines.top + row * bar} width=${Math.max(0, x(total(parts, before)) - x(0))} height=${bar - 2} />`}`)}
      </g>`;
    })}
    <line class="sm-base" x1=${x(0)} x2=${x(0)} y1=${box.top} y2=${box.bottom} />
  </svg>`;
}

/** How high the picture is: two bars and a head for each offer, below the keys of all parts. */
Balance.height = (picture) => {
  const keys = keyRows([...picture.gains, ...picture.costs].map(({ label }) => label), NARROW).height;
  return Math.max(LEAST, keys + 50 + picture.sides.length * (SIDE.head + 2 * SIDE.bar + SIDE.gap));
};

function Stack({ parts, side, x, y, height, number, hollow, box, row }) {
  let reached = 0;
  const sum = total(parts, side);
  return html`<g class=${`sm-stack${hollow ? " sm-hollow" : ""}`} style=${`--sm-row:${row};transform-origin:${x(0)}px 0`}>
      ${parts.map(({ name, label, tone }) => {
        const from = reached;
        reached += side[name];
        const [left, right] = [Math.min(x(from), x(reached)), Math.max(x(from), x(reached))];
        const edge = hollow ? 1 : 0; // half of the outline's width
        const shape = { x: left + edge, y: y + edge, width: Math.max(0, right - left - 1 - 2 * edge), height: height - 2 * edge };
        const inside = [`${label} ${number(side[name])}`, label, number(side[name])].find((text) => textWidth(text, 12) + 8 <= right - left);
        return html`<g class=${`sm-part sm-tone-${tone}`}>
          <rect class="sm-bar" ...${shape}><title>${label} ${number(side[name])}</title></rect>
          ${inside && html`<text class="sm-inside" x=${(left + right) / 2} y=${y + height / 2 + 4.5} text-anchor="middle" aria-hidden="true">${inside}</text>`}
        </g>`;
      })}
    </g>
    <text class="sm-row-value" x=${Math.min(x(sum) + 5, box.width - textWidth(number(sum), 12.5))} y=${y + height / 2 + 4.5} aria-hidden="true">${number(sum)}</text>`;
}

function alt({ picture, mode, open, number, words }) {
  if (!open) return words.rowsAlt(bare(picture.axis.label), picture.sides.map(([, label]) => label));
  return words.rowsAlt(
    bare(picture.axis.label),
    picture.sides.map(([name, label]) => {
      const side = mode.result[name];
      return words.balanceAlt(label, number(total(picture.gains, side)), number(total(picture.costs, side)), number(side.net));
    }),
  );
}
