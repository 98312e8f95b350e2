// "What moved it": each slider's share of the change since the prediction, and which slider is strongest from here.
import { readoutOf } from "./gap.js";
import { html } from "./html.js";
import { changed, decimals, grouped, inLanguage, shown } from "./words.js";

/** Where the reader started: the prediction's sliders, or those of the beginning when nothing was predicted. */
export const startOf = (mode) => mode.predicted?.params ?? mode.origin.params;

/** The question that the folded view answers, as long as it is open and the sliders rest; null when there is none. */
export function movedQuestion(declared, mode) {
  if (!mode.moved || mode.stage !== "open" || !mode.result || mode.settled !== mode.params || mode.error) return null;
  const [start, now] = [startOf(mode), mode.params];
  return mode.moved.now === now && mode.moved.start === start ? null : { start, now, readout: readoutOf(declared).name };
}

/** The folded view; it is computed only when it is open. */
export function Moved({ mode, declared, words, dispatch, state }) {
  if (!mode.result) return null;
  return html`<details class="sm-moved" open=${Boolean(mode.moved)} onToggle=${(event) => dispatch({ type: "moved", open: event.currentTarget.open })}>
    <summary>${words.moved}</summary>
    ${mode.moved && Account({ mode, declared, words, language: state.spec.language })}
  </details>`;
}

function Account({ mode, declared, words, language }) {
  const { data, error, now } = mode.moved;
  if (error) return html`<p class="sm-help" role="status">${words.noMoved}${inLanguage(error, language)}</p>`;
  if (!data) return html`<p class="sm-help" role="status">${words.movedWait}</p>`;
  const readout = readoutOf(declared);
  const parts = { data, declared, words, ...readout };
  return html`<div class=${`sm-account${now === mode.params ? "" : " sm-old"}`}>${Shares(parts)}${Strengths(parts)}</div>`;
}

function Shares({ data, declared, words, label, format }) {
  const moved = data.sliders.filter(({ start, now }) => start !== now);
  if (!moved.length) return html`<p class="sm-help">${words.movedNone}</p>`;
  const alone = moved.length === 1 && !/[1-9]/.test(changed(data.together, format, words));
  const most = Math.max(...moved.map(({ contribution }) => Math.abs(contribution ?? 0)), Math.abs(data.together));
  const [slider, from, to, effect] = words.movedHead;
  return html`<table class="sm-effects">
      <caption><strong>${words.movedFrom(label, shown(data.before, format, words), shown(data.after, format, words))}</strong> <span>${words.movedHelp}</span></caption>
      <thead><tr><th scope="col">${slider}</th><th scope="col">${from}</th><th scope="col">${to}</th><th scope="col">${effect}</th></tr></thead>
      <tbody>
        ${moved.map(({ name, start, now, contribution }) => {
          const control = controlOf(declared, name);
          const place = (value) => grouped(value, decimals(control.step));
          return html`<tr data-slider=${name}><th scope="row">${control.label}</th><td>${place(start)}</td><td>${place(now)}</td>${Effect({ value: contribution, most, format, words })}</tr>`;
        })}
        ${!alone && html`<tr data-slider="together"><th scope="row" colspan="3">${words.movedTogether}</th>${Effect({ value: data.together, most, format, words })}</tr>`}
      </tbody>
    </table>`;
}

function Strengths({ data, declared, words, label, format }) {
  const byName = Object.fromEntries(data.sliders.map((one) => [one.name, one]));
  const most = Math.max(...data.sliders.map(({ power }) => power));
  const [slider, down, up] = words.strongestHead;
  return html`<table class="sm-effects">
      <caption><strong>${words.strongest}</strong> <span>${words.strongestHelp(label)}</span></caption>
      <thead><tr><th scope="col">${slider}</th><th scope="col">${down}</th><th scope="col">${up}</th></tr></thead>
      <tbody>
        ${data.strongest.map((name) => {
          const { down, up, lower, upper, now } = byName[name];
          return html`<tr data-slider=${name}><th scope="row">${controlOf(declared, name).label}</th>
            ${Effect({ value: down, most, format, words, none: lower === now && words.edge })}
            ${Effect({ value: up, most, format, words, none: upper === now && words.edge })}</tr>`;
        })}
      </tbody>
    </table>`;
}

const controlOf = (declared, name) => declared.controls.find((control) => control.name === name);

/** A cell: the change in words, and a bar from the middle to the side that it goes to. */
function Effect({ value, most, format, words, none }) {
  if (value === null || none) return html`<td>${none || "—"}</td>`;
  const share = most > 0 ? (50 * Math.abs(value)) / most : 0;
  return html`<td><span>${changed(value, format, words)}</span><i aria-hidden="true" class=${value < 0 ? "sm-down" : "sm-up"} style=${`--sm-share:${share.toFixed(1)}%`}></i></td>`;
}
