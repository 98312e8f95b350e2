// Points in a plane, in groups told apart by shape and colour; a map of four quarters when the plane is cut.
import { html } from "../html.js";
import { worth } from "../scale.js";
import { bare, fixed } from "../words.js";
import { domain, frame, keyRows, Keys, linear, roomFor, Soon, textWidth, tickLabels, ticks, wrapped, XAxis, YAxis } from "./frame.js";
import { mark } from "./marks.js";

const RADIUS = { many: 3.2, some: 4.6, named: 6, centre: 9 };
const NAME = { size: 12.5, height: 15 };
const COUNT = " 0000"; // room kept in a key for the group's count

/** The picture Scatter of spec.py. */
export function Scatter({ declared, mode, words, width, kind }) {
  const { picture } = declared;
  const open = mode.stage === "open" && mode.result;
  const all = [mode.result, mode.pinned?.result, mode.origin.result].filter(Boolean).flatMap((result) => [...result[picture.points], ...(result[picture.centres] ?? [])]);
  const cuts = (picture.dividers ?? []).map((cut) => (typeof cut === "string" ? open && mode.result[cut] : cut));
  const xAxis = { ...picture.x, ...domain(picture.x, all.map(([x]) => x)) };
  const yAxis = { ...picture.y, ...domain(picture.y, all.map(([, y]) => y)) };
  const items = keys({ picture, mode, open });
  const room = items.length ? keyRows(items.map(({ label }) => label + (picture.names.length ? "" : COUNT)), width) : { height: 0 };
  const yTicks = ticks(yAxis, 5);
  const box = frame(width, room.height + 34, { left: roomFor(tickLabels(yTicks, words)), right: 14 });
  box.name = room.height + 18;
  const x = linear([xAxis.min, xAxis.max], [box.left, box.right]);
  const y = linear([yAxis.min, yAxis.max], [box.bottom, box.top]);
  const corners = quarters({ picture, cuts, box, x, y });
  return html`<svg class=${kind} viewBox="0 0 ${box.width} ${box.height}" role="img" aria-label=${alt({ picture, mode, open, words, xAxis, yAxis })}>
    ${items.length > 0 && Keys({ items, width })}
    <${YAxis} box=${box} y=${y} values=${yTicks} label=${picture.y.label} words=${words} />
    <${XAxis} box=${box} x=${x} axis=${xAxis} words=${words} />
    ${Cuts({ cuts, box, x, y, axes: [xAxis, yAxis] })}
    ${corners.map(({ lines, anchor, left, top }) => html`<g class="sm-quarter" aria-hidden="true">${lines.map((line, i) => html`<text x=${left} y=${top + 11 + i * NAME.height} text-anchor=${anchor}>${line}</text>`)}</g>`)}
    ${!open && Soon({ box, words })}
    ${open && mode.pinned && Before({ picture, now: mode.result, before: mode.pinned.result, x, y })}
    ${open && Points({ picture, points: mode.result[picture.points], x, y })}
    ${open && picture.centres && Centres({ picture, centres: mode.result[picture.centres], x, y })}
    ${open && picture.names.length > 0 && Names({ picture, points: mode.result[picture.points], x, y, box, taken: corners.map(({ area }) => area) })}
  </svg>`;
}

const grouped = (points, groups) => groups.map((_, group) => points.filter((point) => (point[2] ?? 0) === group));

/** One key a group, with how many there are of it; none when there is but one group. */
function keys({ picture, mode, open }) {
  if (picture.groups.length < 2) return [];
  const counts = open && !picture.names.length ? grouped(mode.result[picture.points], picture.groups).map((members) => ` ${members.length}`) : [];
  return picture.groups.map(([label, tone], group) => ({ label, text: label + (counts[group] ?? ""), tone, group }));
}

function radii(points, named) {
  const usual = named ? RADIUS.named : points.length > 150 ? RADIUS.many : RADIUS.some;
  const largest = Math.max(...points.map(([, , , size]) => size ?? 0));
  return points.map(([, , , size]) => (size === undefined || !(largest > 0) ? usual : Math.max(2, Math.sqrt(size / largest) * (named ? 16 : 11))));
}

function Points({ picture, points, x, y }) {
  const sizes = radii(points, picture.names.length > 0);
  return html`<g class=${`sm-dots${points.length > 60 ? " sm-many" : ""}`}>
    ${picture.groups.map(([label, tone], group) => {
      const path = points.map(([a, b, own = 0], i) => (own === group ? mark(group, x(a), y(b), sizes[i]) : "")).join("");
      return path && html`<path class=${`sm-tone-${tone}`} data-group=${group} d=${path}><title>${label}</title></path>`;
    })}
  </g>`;
}

function Centres({ picture, centres, x, y }) {
  return html`<g class="sm-centres">
    ${centres.map(([a, b, group]) => html`<path class=${`sm-tone-${picture.groups[group][1]}`} d=${mark(group, x(a), y(b), RADIUS.centre)} />`)}
  </g>`;
}

/** Where the named points, or the centres, were when the reader kept them. */
function Before({ picture, now, before, x, y }) {
  const list = picture.names.length ? picture.points : picture.centres;
  if (!list) return null;
  return html`<g class="sm-was" aria-hidden="true">
    ${before[list].map(([a, b, group = 0], i) => {
      const to = now[list][i];
      return html`${to && html`<line x1=${x(a)} y1=${y(b)} x2=${x(to[0])} y2=${y(to[1])} />`}<path d=${mark(group, x(a), y(b), RADIUS.named)} />`;
    })}
  </g>`;
}

function Cuts({ cuts: [across, up], box, x, y, axes }) {
  const inside = (at, { min, max }) => Number.isFinite(at) && at >= min && at <= max;
  return html`<g class="sm-cuts" aria-hidden="true">
    ${inside(across, axes[0]) && html`<line x1=${x(across)} x2=${x(across)} y1=${box.top} y2=${box.bottom} />`}
    ${inside(up, axes[1]) && html`<line x1=${box.left} x2=${box.right} y1=${y(up)} y2=${y(up)} />`}
  </g>`;
}

/** The quarters' names in the plot's corners: top right, top left, bottom left, bottom right. */
function quarters({ picture, cuts: [across], box, x }) {
  if (!picture.quadrants) return [];
  const middle = Number.isFinite(across) ? Math.min(Math.max(x(across), box.left + 60), box.right - 60) : (box.left + box.right) / 2;
  return picture.quadrants.map((name, i) => {
    const right = i === 0 || i === 3;
    const lines = wrapped(name, (right ? box.right - middle : middle - box.left) - 16, NAME.size);
    const height = lines.length * NAME.height + 2;
    const wide = Math.max(...lines.map((line) => textWidth(line, NAME.size)));
    const left = right ? box.right - 6 : box.left + 6;
    const top = i < 2 ? box.top + 4 : box.bottom - height - 4;
    return { lines, anchor: right ? "end" : "start", left, top, area: [right ? left - wide : left, top, wide, height] };
  });
}

const overlap = ([ax, ay, aw, ah], [bx, by, bw, bh]) => Math.max(0, Math.min(ax + aw, bx + bw) - Math.max(ax, bx)) * Math.max(0, Math.min(ay + ah, by + bh) - Math.max(ay, by));

/** Names beside their points: each where it covers no other name and as little else as can be; without room it is left to the text. */
function Names({ picture, points, x, y, box, taken }) {
  const sizes = radii(points, true);
  const dots = points.map(([a, b], i) => [x(a) - sizes[i], y(b) - sizes[i], 2 * sizes[i], 2 * sizes[i]]);
  const texts = [...taken];
  const labels = points.map(([a, b, group = 0], i) => {
    const name = picture.names[i];
    if (!name) return null;
    const wide = textWidth(name, NAME.size);
    const [px, py, r] = [x(a), y(b), sizes[i]];
    let best = null;
    for (const far of [4, 14, 26, 40]) {
      const away = r + far;
      const slant = away * 0.75;
      const spots = [
        [px + away, py - 7.5], [px - away - wide, py - 7.5], [px - wide / 2, py - away - NAME.height], [px - wide / 2, py + away],
        [px + slant, py - slant - 11], [px + slant, py + slant - 4], [px - slant - wide, py - slant - 11], [px - slant - wide, py + slant - 4],
      ];
      for (const [left, top] of spots) {
        const area = [left - 2, top, wide + 4, NAME.height];
        if (left < 2 || left + wide > box.width - 2 || top < box.top - 8 || top + NAME.height > box.bottom) continue;
        if (texts.some((other) => overlap(area, other) > 0)) continue;
        const cost = dots.reduce((sum, dot, k) => sum + (k === i ? 0 : overlap(area, dot)), 0) + far;
        if (!best || cost < best.cost) best = { area, cost, left, top, far };
      }
      if (best && best.cost < far + 20) break;
    }
    if (!best) return null;
    texts.push(best.area);
    return { ...best, name, group, px, py, wide };
  });
  return html`<g class="sm-names" aria-hidden="true">
    ${labels.map((one) => one && html`<g class=${`sm-tone-${picture.groups[one.group][1]}`}>
      ${one.far > 4 && html`<line class="sm-leader" x1=${one.px} y1=${one.py} x2=${Math.min(Math.max(one.px, one.left), one.left + one.wide)} y2=${one.top + (one.top > one.py ? 0 : NAME.height)} />`}
      <text x=${one.left} y=${one.top + 11.5}>${one.name}</text>
    </g>`)}
  </g>`;
}

function alt({ picture, mode, open, words, xAxis, yAxis }) {
  if (!open) return words.axesOnly(picture.x.label, picture.y.label);
  const points = mode.result[picture.points];
  const at = ([a, b]) => [fixed(a, worth(xAxis)), fixed(b, worth(yAxis))];
  const mean = (members, side) => members.reduce((sum, one) => sum + one[side], 0) / members.length;
  const said = picture.names.length
    ? points.map((point, i) => words.nameAlt(picture.names[i] ?? i + 1, ...at(point)))
    : grouped(points, picture.groups).map((members, group) =>
        members.length ? words.groupAlt(picture.groups[group][0], members.length, ...at([mean(members, 0), mean(members, 1)])) : words.pair(picture.groups[group][0], 0));
  return words.scatterAlt(bare(picture.x.label), bare(picture.y.label), said);
}
