// The curve that the reader draws: one handle at each place, moved by finger, mouse or keys.
import { html } from "../html.js";
import { handStep, linear } from "../scale.js";
import { bare, decimals, fixed } from "../words.js";

/** The handles of the curve `drawn` at the places `at`; `x` and `y` are the scales, `axes` the two axes with their limits. */
export function Handles({ at, drawn, x, y, axes, words, dispatch }) {
  return at.map((a, i) => Handle({ a, value: drawn[i], i, x, y, axes, words, dispatch }));
}

function Handle({ a, value, i, x, y, axes, words, dispatch }) {
  const { min, max } = axes.y;
  const least = handStep(axes.y);
  const put = (to) => dispatch({ type: "draftAt", index: i, value: to });
  const step = (by) => dispatch({ type: "draftAt", index: i, by: by * least });
  const keys = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };
  const key = (event) => {
    if (event.key in keys) step(keys[event.key]);
    else if (event.key === "Home") put(min);
    else if (event.key === "End") put(max);
    else return;
    event.preventDefault();
  };
  const move = (event) => {
    if (!event.currentTarget.hasPointerCapture?.(event.pointerId)) return;
    const svg = event.currentTarget.ownerSVGElement;
    const rect = svg.getBoundingClientRect();
    const height = ((event.clientY - rect.top) / rect.height) * svg.viewBox.baseVal.height;
    put(linear([y(min), y(max)], [min, max])(height));
  };
  const take = (event) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    event.currentTarget.focus();
  };
  const stay = (event) => event.preventDefault(); // the finger moves the dot, not the page
  const place = `${bare(axes.x.label)} ${a}`;
  const said = words.handle(place, `${bare(axes.y.label)} ${fixed(value, decimals(least))}`);
  return html`<g class="sm-handle" tabindex="0" role="slider" aria-orientation="vertical" aria-label=${words.handleName(place)}
    aria-valuemin=${min} aria-valuemax=${max} aria-valuenow=${value} aria-valuetext=${said}
    onKeyDown=${key} onPointerDown=${take} onPointerMove=${move} onTouchStart=${stay}>
    <circle class="sm-reach" cx=${x(a)} cy=${y(value)} r="24" />
    <circle class="sm-ring" cx=${x(a)} cy=${y(value)} r="14" />
    <circle class="sm-knob" cx=${x(a)} cy=${y(value)} r="9" />
  </g>`;
}
