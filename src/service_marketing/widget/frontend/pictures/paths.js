// SVG paths through points.
const point = ([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`;

/** Straight from point to point. */
export const straight = (points) => "M" + points.map(point).join("L");

/** A smooth line that never overshoots: between two points it stays between their heights. Source: Steffen (1990). */
export function smooth(points) {
  const steps = points.slice(1).map(([x, y], i) => ({ width: x - points[i][0], slope: (y - points[i][1]) / (x - points[i][0]) }));
  const inner = steps.slice(1).map((after, i) => {
    const before = steps[i];
    const mean = (before.slope * after.width + after.slope * before.width) / (before.width + after.width);
    const least = Math.min(Math.abs(before.slope), Math.abs(after.slope), Math.abs(mean) / 2);
    return (Math.sign(before.slope) + Math.sign(after.slope)) * least;
  });
  const end = (step, tangent) => (3 * step.slope - tangent) / 2;
  const tangents = [end(steps[0], inner[0]), ...inner, end(steps.at(-1), inner.at(-1))];
  const bends = steps.map(({ width }, i) => {
    const [[x0, y0], [x1, y1]] = [points[i], points[i + 1]];
    const third = width / 3;
    return `C${point([x0 + third, y0 + third * tangents[i]])},${point([x1 - third, y1 - third * tangents[i + 1]])},${point([x1, y1])}`;
  });
  return "M" + point(points[0]) + bends.join("");
}
