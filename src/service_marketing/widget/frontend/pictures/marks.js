// What the pictures of people and flows share: the shapes that tell groups apart without their colour, and the width of a text.

// corners around the middle, for a radius of 1: diamond, square, triangle up, triangle down; the first shape is a circle
const CORNERS = [
  null,
  [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
  [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  [[0, -1.2], [1.14, 0.9], [-1.14, 0.9]],
  [[0, 1.2], [1.14, -0.9], [-1.14, -0.9]],
];
const short = (v) => Math.round(10 * v) / 10;
const known = new Map(); // outlines, for hundreds of marks are drawn in every frame

/** Where the outline of a mark begins, seen from its middle, and how it goes on from there. */
function outline(group, r) {
  const key = 1000 * group + r;
  if (!known.has(key)) known.set(key, trace(CORNERS[group % CORNERS.length], r));
  return known.get(key);
}

function trace(corners, r) {
  if (!corners) return { dx: -r, dy: 0, path: `a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0z` };
  const [first, ...others] = corners.map(([a, b]) => [a * r, b * r]);
  const path = others.map(([a, b], i) => `l${short(a - (i ? others[i - 1] : first)[0])},${short(b - (i ? others[i - 1] : first)[1])}`).join("");
  return { dx: first[0], dy: first[1], path: `${path}z` };
}

/** The path of group `group`'s mark around (x, y), `r` pixels from its middle to its edge. */
export function mark(group, x, y, r) {
  const { dx, dy, path } = outline(group, short(r));
  return `M${short(x + dx)},${short(y + dy)}${path}`;
}

/** A little more than the pixels that `text` takes in a sans serif of `size` pixels; Chinese characters are squares. */
export const textWidth = (text, size) => size * [...text].reduce((sum, c) => sum + (c >= "\u2e80" ? 1.02 : /[\s.,:;|il!'()]/.test(c) ? 0.36 : /[mwMW%—]/.test(c) ? 0.92 : 0.6), 0);

/** The names of groups with their marks, and a number behind each when `counts` has them. */
export function legend(html, groups, counts) {
  return html`<ul class="sm-legend">
    ${groups.map(
      ([label, tone], k) => html`<li class=${`sm-tone-${tone}`}><svg viewBox="0 0 14 14" aria-hidden="true"><path d=${mark(k, 7, 7, 5)} /></svg>${label}${counts && html` <strong>${counts[k]}</strong>`}</li>`,
    )}
  </ul>`;
}
