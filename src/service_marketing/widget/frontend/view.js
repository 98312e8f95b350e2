// The whole of a simulation as markup: pure functions of the state.
import { gap, limitsOf, readoutOf, verdict } from "./gap.js";
import { Hood } from "./hood-slot.js";
import { h, html } from "./html.js";
import { Moved } from "./moved.js";
import { sizes, textWidth } from "./pictures/frame.js";
import { pictures } from "./pictures/index.js";
import { current, declared } from "./state.js";
import { handStep } from "./scale.js";
import { bare, decimals, fill, fixed, grouped, guessed, guessedGap, inLanguage, shown, signed, unitIn, words as dictionary } from "./words.js";

/** `state` drawn; `host` says what this home can do: `id`, and the texts of its own buttons. */
export function Simulation({ state, dispatch, host }) {
  const words = dictionary[state.spec.language];
  const mode = current(state);
  const part = { state, dispatch, host, words, mode, declared: declared(state) };
  const tabs = state.spec.modes.length > 1;
  const { name } = state.spec;
  const number = host.id.startsWith(name) ? host.id.slice(name.length).replace("-", " ") : ""; // a page may show a simulation twice
  return html`<section class="sm-sim" lang=${state.spec.language === "zh" ? "zh-CN" : "en"} aria-label=${`${words.simulation} ${state.spec.title}${number}`}>
    <header class="sm-head">
      <p class="sm-title"><span class="sm-kicker">${words.simulation}</span><strong>${state.spec.title}</strong></p>
      ${tabs && Tabs(part)}
    </header>
    <div class="sm-panel" ...${tabs && { id: `${host.id}-panel`, role: "tabpanel", "aria-labelledby": `${host.id}-tab-${state.mode}` }}>
      <p class="sm-intro">${fill(part.declared.intro, mode.params)}</p>
      ${mode.stage === "predict" ? Predict(part) : Open(part)}
    </div>
    ${Hood(part)}
    ${Records(part)}
    <p class="sm-hidden" role="status" aria-live="polite">${state.spoken}</p>
  </section>`;
}

/** The figure and table for readers without scripts, and for paper: the result at the start. */
export function Still({ state }) {
  const words = dictionary[state.spec.language];
  const mode = { ...current(state), stage: "open" };
  const part = { state: { ...state, width: null }, mode, declared: declared(state), words, still: true };
  return html`<figure class="sm-still">
    <figcaption><strong>${state.spec.title}</strong> · ${part.declared.title}${words.sentence}${fill(part.declared.intro, mode.params)}</figcaption>
    ${mode.result && Picture(part)}
    <table>
      <caption>${words.table}</caption>
      <tbody>
        ${part.declared.controls.map((control) => Row(control.label, grouped(mode.params[control.name], decimals(control.step)), "sm-set"))}
        ${mode.result && part.declared.readouts.map((readout) => Row(readout.label, shown(mode.result[readout.name], readout.format, words)))}
      </tbody>
    </table>
  </figure>`;
}

const Row = (label, value, kind) => html`<tr class=${kind}><th scope="row">${label}</th><td>${value}</td></tr>`;

function Tabs({ state, dispatch, host }) {
  const names = state.spec.modes.map((mode) => mode.name);
  const key = (event) => {
    const at = names.indexOf(state.mode);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const name = names[(to + names.length) % names.length];
    dispatch({ type: "mode", mode: name });
    event.currentTarget.querySelector(`#${CSS.escape(`${host.id}-tab-${name}`)}`)?.focus();
  };
  return html`<div class="sm-tabs" role="tablist" aria-label=${state.spec.title} onKeyDown=${key}>
    ${state.spec.modes.map(
      (mode) => html`<button type="button" role="tab" id=${`${host.id}-tab-${mode.name}`} aria-controls=${`${host.id}-panel`}
        aria-selected=${mode.name === state.mode ? "true" : "false"} tabindex=${mode.name === state.mode ? 0 : -1}
        onClick=${() => dispatch({ type: "mode", mode: mode.name })}>${mode.title}</button>`,
    )}
  </div>`;
}

function Picture({ state, mode, declared, words, dispatch, still }) {
  const drawing = pictures[declared.picture.kind];
  const height = drawing.height?.(declared.picture);
  return html`<div style=${height && `height:${height}px`} class=${`sm-picture${mode.fresh ? " sm-fresh" : ""}${mode.error ? " sm-stale" : ""}`}>
    ${sizes(state.width, still ? 640 : undefined).map(([width, kind]) => h(drawing, { declared, mode, words, width, kind, dispatch }))}
  </div>`;
}

// Stage 1: the reader commits

function Predict(part) {
  const { state, mode, declared, words, dispatch, host } = part;
  const { prediction } = declared;
  const ready = mode.result && mode.settled === mode.params;
  return html`<div class="sm-predict">
    <p class="sm-question" id=${`${host.id}-question`} tabindex="-1">${fill(prediction.question, mode.params)}</p>
    <div class="sm-work">
      <div class="sm-stage">${Picture(part)}</div>
      <div class="sm-side">
        ${prediction.kind === "value" ? Guess(part) : html`<p class="sm-help">${words.handleHelp}</p>`}
        ${Notices(part)}
        <div class="sm-actions">
          <button type="button" class="sm-main" disabled=${!ready} onClick=${() => dispatch({ type: "reveal", time: new Date().toISOString() })}>${words.reveal}</button>
          <button type="button" class="sm-quiet" onClick=${() => dispatch({ type: "skip" })}>${words.skip}</button>
        </div>
      </div>
    </div>
  </div>`;
}

function Guess({ state, mode, declared, words, dispatch, host }) {
  const { prediction } = declared;
  const { format } = readoutOf(declared);
  const unit = words.units[format] ?? "";
  const put = (event) => dispatch({ type: "draft", value: event.currentTarget.valueAsNumber });
  const limits = { min: prediction.min, max: prediction.max, step: prediction.step, value: mode.draft };
  const digits = Math.max(...[prediction.min, prediction.max].map((end) => fixed(end, decimals(prediction.step)).length));
  return html`<div class="sm-guess">
    <label for=${`${host.id}-guess`}>${words.yours}</label>
    <span class="sm-number"><input type="number" inputmode="decimal" style=${`--sm-digits:${digits}`} aria-label=${`${words.yours} ${words.number}`} ...${limits} onChange=${put} />${unit}</span>
    <input type="range" id=${`${host.id}-guess`} ...${limits} style=${filled(mode.draft, prediction)} aria-valuetext=${guessed(mode.draft, format, prediction.step, words)} onInput=${put} />
  </div>`;
}

const filled = (value, { min, max }) => `--sm-fill:${((100 * (value - min)) / (max - min)).toFixed(2)}%`;

// Stage 2: the result, and everything free

function Open(part) {
  const { declared, host } = part;
  const height = pictures[declared.picture.kind].height?.(declared.picture);
  return html`<div class="sm-open" id=${`${host.id}-open`} tabindex="-1">
    ${Gap(part)}
    <div class="sm-work" style=${height && `--sm-picture:${height}px`}>
      <div class="sm-stage">${Picture(part)}${Readouts(part)}</div>
      <div class="sm-side">
        <div class="sm-controls" role="group" aria-label=${part.words.controls}>${declared.controls.map((control) => Control({ ...part, control }))}</div>
        ${Notices(part)}
      </div>
    </div>
    ${Tools(part)}
    ${Moved(part)}
    ${Tasks(part)}
  </div>`;
}

/** The sentence that states the reader's own gap. */
export function gapSentence({ declared, predicted, words }) {
  const { prediction, picture } = declared;
  if (prediction.kind === "curve") {
    const { worst } = gap(predicted.value, predicted.actual);
    const places = decimals(handStep(picture.y));
    const at = words.pair(bare(picture.x.label), prediction.at[worst] + unitIn(picture.x.label));
    return words.curveGap(fixed(predicted.gap, places) + unitIn(picture.y.label), at, fixed(predicted.value[worst], places), fixed(predicted.actual[worst], places));
  }
  const { format } = readoutOf(declared);
  const { step } = prediction;
  const found = Number(predicted.actual.toFixed(decimals(step)));
  return words.gap(guessed(predicted.value, format, step, words), guessed(found, format, step, words), guessedGap(found - predicted.value, format, step, words));
}

function Gap({ mode, declared, words }) {
  if (!mode.predicted) return null;
  const [least, most] = limitsOf(declared);
  return html`<div class="sm-gap">
    <p>${gapSentence({ declared, predicted: mode.predicted, words })}</p>
    <p class="sm-verdict">${words.verdict[verdict(mode.predicted, most - least)]}</p>
  </div>`;
}

function Control({ control, mode, dispatch, host }) {
  const id = `${host.id}-${control.name}`;
  const value = mode.params[control.name];
  const text = grouped(value, decimals(control.step));
  if (control.min === 0 && control.max === 1 && control.step === 1) return Switch({ control, id, value, dispatch });
  return html`<div class="sm-control" key=${control.name}>
    <label for=${id}>${control.label}</label><output aria-hidden="true" for=${id}>${text}</output>
    <input type="range" id=${id} name=${control.name} min=${control.min} max=${control.max} step=${control.step} value=${value}
      style=${filled(value, control)} aria-valuetext=${text + unitIn(control.label)} aria-describedby=${control.help ? `${id}-help` : undefined}
      onInput=${(event) => dispatch({ type: "param", name: control.name, value: event.currentTarget.valueAsNumber })} />
    ${control.help && html`<p class="sm-help" id=${`${id}-help`}>${control.help}</p>`}
  </div>`;
}

/** A slider with nothing between 0 and 1: yes or no. */
function Switch({ control, id, value, dispatch }) {
  return html`<div class="sm-control" key=${control.name}>
    <label for=${id}>${control.label}</label>
    <input type="checkbox" role="switch" id=${id} name=${control.name} checked=${value === 1} aria-describedby=${control.help ? `${id}-help` : undefined}
      onChange=${(event) => dispatch({ type: "param", name: control.name, value: event.currentTarget.checked ? 1 : 0 })} />
    ${control.help && html`<p class="sm-help" id=${`${id}-help`}>${control.help}</p>`}
  </div>`;
}

function Readouts({ mode, declared, words }) {
  if (!mode.result) return null;
  // as wide as the longest number, in steps, so that the columns stand still while numbers change
  const longest = Math.max(...declared.readouts.map(({ name, format }) => textWidth(shown(mode.result[name], format, words), 18.4)));
  const least = Math.max(4, Math.ceil(longest / 16));
  return html`<dl class="sm-readouts" aria-label=${words.readouts} style=${`--sm-least:${least}rem`}>
    ${declared.readouts.map(({ name, label, format }) => {
      const kept = mode.pinned?.result[name];
      return html`<div data-readout=${name}>
        <dt>${label}</dt>
        <dd>${shown(mode.result[name], format, words)}${kept !== undefined && html`<small>${words.pinned} ${shown(kept, format, words)}</small>`}</dd>
      </div>`;
    })}
  </dl>`;
}

function Notices({ state, mode, words }) {
  return html`<div class="sm-notices">
    ${state.waiting && html`<p class="sm-help" role="status">${words.waiting}</p>`}
    ${mode.error && html`<p class="sm-error" role="alert">${complaint(mode.error, state.spec.language, words)} ${mode.result && words.stale}</p>`}
  </div>`;
}

const complaint = ({ broken, message }, language, words) => (broken ? words.broken : `${words.failed}${inLanguage(message, language)}${words.stop}`);

function Tools({ state, mode, words, dispatch, host }) {
  return html`<div class="sm-tools">
    <button type="button" class="sm-quiet" disabled=${!mode.result} onClick=${() => dispatch({ type: "pin" })}>${mode.pinned ? words.unpin : words.pin}</button>
    <button type="button" class="sm-quiet" onClick=${() => dispatch({ type: "restart" })}>${words.restart}</button>
    <button type="button" class="sm-quiet" onClick=${() => dispatch({ type: "share" })}>${words[host.shareWord]}</button>
    <button type="button" class="sm-quiet" onClick=${() => dispatch({ type: "csv" })}>${words.csv}</button>
    <span class="sm-help" role="status">${state.share?.copied && words.copied}</span>
    ${state.share && !state.share.copied && html`<label class="sm-copy">${words.copyThis}<input type="text" readonly value=${state.share.text} onFocus=${(event) => event.currentTarget.select()} /></label>`}
    ${state.problem && html`<p class="sm-error" role="alert">${state.problem}</p>`}
  </div>`;
}

function Tasks({ state, mode, words, dispatch, host }) {
  const own = state.spec.tasks.map((task, index) => ({ ...task, index })).filter((task) => task.mode === state.mode);
  if (!own.length) return null;
  return html`<div class="sm-tasks">
    <p class="sm-subhead">${words.tasks}</p>
    <ol>
      ${own.map(({ index, text, insight }) => {
        const at = mode.tasks[index];
        return html`<li key=${index}>
          <p id=${`${host.id}-task-${index}`}>${text}</p>
          <div class="sm-actions">
            <button type="button" class="sm-quiet" aria-describedby=${`${host.id}-task-${index}`} onClick=${() => dispatch({ type: "task", index })}>${at ? words.tryAgain : words.tryIt}</button>
            ${at && at !== "shown" && html`<button type="button" class="sm-quiet" aria-describedby=${`${host.id}-task-${index}`} disabled=${at === "set"} onClick=${() => dispatch({ type: "insight", index })}>${words.insight}</button>`}
            ${at === "set" && html`<span class="sm-help">${words.insightLocked}</span>`}
          </div>
          ${at === "shown" && html`<p class="sm-insight" id=${`${host.id}-insight-${index}`} tabindex="-1"><strong>${words.insightHead}</strong>${insight}</p>`}
        </li>`;
      })}
    </ol>
  </div>`;
}

function Records({ state, words, dispatch }) {
  if (!state.records.length) return null;
  const title = (name) => declared(state, name)?.title ?? name;
  return html`<details class="sm-records">
    <summary>${words.records(state.records.length)}</summary>
    <ul>${state.records.slice(-5).map(({ time, mode, gap }) => html`<li>${words.record(time.slice(0, 10), title(mode), signed(gap, 1))}</li>`)}</ul>
    <p class="sm-help">${words.recordsNote}</p>
    <button type="button" class="sm-quiet" onClick=${() => dispatch({ type: "forget" })}>${words.forget}</button>
  </details>`;
}

export const view = (props) => h(Simulation, props);
