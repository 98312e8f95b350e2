// The whole of a game as markup: pure functions of the state.
import { Hood } from "../hood-slot.js";
import { html } from "../html.js";
import { fixed, signed, unitIn } from "../words.js";
import { Path } from "./paths.js";
import { asSimulation, found, last, meanError, over } from "./state.js";
import { words as dictionary } from "./words.js";

const decimals = (step) => (String(step).split(".")[1] ?? "").length;
const filled = (value, { min, max }) => `--sm-fill:${((100 * (value - min)) / (max - min)).toFixed(2)}%`;

export function Game({ state, dispatch, host }) {
  const words = dictionary[state.spec.language];
  const part = { state, dispatch, host, words, spec: state.spec };
  const turn = state.decisions.length;
  return html`<section class="sm-sim sg-game" lang=${state.spec.language === "zh" ? "zh-CN" : "en"} aria-label=${`${words.kicker} ${state.spec.title}`}>
    <header class="sm-head">
      <p class="sm-title"><span class="sm-kicker">${words.kicker}</span><strong>${state.spec.title}</strong></p>
      <p class="sg-turn">${over(state) ? words.end : words.turn(turn + 1, state.spec.turns)}</p>
    </header>
    <ol class="sg-steps" aria-hidden="true">${Array.from({ length: state.spec.turns }, (_, i) => html`<li class=${i < turn ? "sg-done" : i === turn ? "sg-now" : ""}></li>`)}</ol>
    ${turn === 0 && html`<p class="sm-intro">${state.spec.intro}</p>`}
    ${turn === 0 && Scenario(part)}
    ${state.result && over(state) && End(part)}
    ${state.result && turn > 0 && Report(part)}
    ${!over(state) && Decide(part)}
    ${state.error && html`<p class="sm-error" role="alert">${state.error.broken ? words.broken : words.failed + state.error.message}</p>`}
    ${state.below && state.result && turn > 0 && Back(part)}
    ${state.below && turn > 0 && Tools(part)}
    ${state.below && turn > 0 && state.result && Engine(part)}
    <p class="sm-hidden" role="status" aria-live="polite">${state.spoken}</p>
  </section>`;
}

/** Without scripts, and before they are there. */
export function Cover({ spec }) {
  const words = dictionary[spec.language];
  return html`<figure class="sm-still sg-cover"><figcaption><strong>${spec.title}</strong></figcaption>
    <p>${spec.intro}</p><ul>${spec.decisions.map(({ label, help }) => html`<li>${label}${spec.language === "zh" ? "：" : ": "}${help}</li>`)}</ul><p>${words.noScript}</p></figure>`;
}

function Scenario({ state, dispatch, host, words }) {
  return html`<div class="sg-scenario">
    <label for=${`${host.id}-seed`}>${words.scenario}</label>
    <input type="number" inputmode="numeric" id=${`${host.id}-seed`} min="0" max="46655" step="1" value=${state.seed}
      onChange=${(event) => dispatch({ type: "restart", seed: event.currentTarget.valueAsNumber })} />
    <span class="sm-help">${words.scenarioHelp}</span>
  </div>`;
}

const unit = (spec, name, words) => (spec.figures.find((one) => one.name === name)?.format === "money" ? words.yuan : words.points);
const wan = (yuan, words, spec) => `${fixed(yuan / 1e4, 0)}${spec.language === "zh" ? "" : " "}${words.yuan}`;

/** A number of a quarter as the reader reads it. */
function figure(value, format, words, spec) {
  if (format === "money") return wan(value, words, spec);
  if (format === "percent") return `${fixed(100 * value, 0)}%`;
  return fixed(value, format === "count" ? 0 : 2);
}

/** The sentences that state the reader's own gaps of the last quarter. */
export function gaps({ state, words }) {
  const { spec } = state;
  const guess = state.guesses.at(-1);
  if (!guess) return [];
  return spec.predictions.map((prediction) => {
    const { readout, step } = prediction;
    const places = decimals(step);
    const actual = found(spec, readout, last(state));
    const label = spec.figures.find((one) => one.name === readout).label;
    const close = Math.abs(actual - guess[readout]) <= 0.03 * (prediction.max - prediction.min);
    const name = unit(spec, readout, words);
    return { readout, close, text: words.gap(label, fixed(guess[readout], places), fixed(actual, places), `${signed(actual - guess[readout], places)} ${name}`) };
  });
}

function Report(part) {
  const { state, words, spec, host } = part;
  const turns = state.result.quarters;
  const turn = turns.at(-1);
  const before = turns.at(-2);
  const said = gaps(part);
  return html`<div class="sg-report" id=${`${host.id}-report`} tabindex="-1">
    <p class="sm-subhead">${words.report(turns.length)}</p>
    ${said.length > 0 && html`<div class="sm-gap">${said.map((one) => html`<p>${one.text}${one.close && html` <span class="sm-verdict">${words.close}</span>`}</p>`)}</div>`}
    <dl class="sm-readouts">
      ${spec.figures.map(
        ({ name, label, format }) => html`<div data-readout=${name}><dt>${label}</dt><dd>${figure(turn[name], format, words, spec)}
          ${before && html`<small>${words.before(figure(before[name], format, words, spec))}</small>`}</dd></div>`,
      )}
    </dl>
    ${!over(state) && html`<p class="sm-help">${words.soFar(wan(state.result.cash, words, spec))}</p>`}
  </div>`;
}

function Decide(part) {
  const { state, dispatch, host, words, spec } = part;
  const turn = state.decisions.length;
  const event = spec.events.find((one) => one.name === state.result?.next);
  return html`<form class="sg-decide" id=${`${host.id}-decide`} onSubmit=${(submitted) => (submitted.preventDefault(), dispatch({ type: "go" }))}>
    <p class="sm-question" id=${`${host.id}-question`} tabindex="-1">${words.decide(turn + 1)}</p>
    <p class="sg-news">${spec.seasons[turn % spec.seasons.length]}</p>
    ${event && html`<p class="sg-news sg-loud"><strong>${event.label}</strong> ${event.news}</p>`}
    <div class="sg-columns">
      <div class="sm-controls sg-sliders">${spec.decisions.map((slider) => Slider({ ...part, slider }))}</div>
      <fieldset class="sg-guesses"><legend>${words.predict}</legend>
        ${spec.predictions.map((prediction) => Guess({ ...part, prediction }))}
        <label class="sg-check"><input type="checkbox" checked=${!state.guessing} onChange=${(changed) => dispatch({ type: "guessing", on: !changed.currentTarget.checked })} /> ${words.skipGuess}</label>
        <div class="sm-actions"><button type="submit" class="sm-main" disabled=${state.running || !state.result}>${state.running ? words.computing : words.go}</button></div>
      </fieldset>
    </div>
  </form>`;
}

function Slider({ slider, state, dispatch, host, words }) {
  const id = `${host.id}-${slider.name}`;
  const value = state.draft[slider.name];
  const places = decimals(slider.step);
  const before = state.decisions.at(-1)?.[slider.name];
  const text = fixed(value, places);
  return html`<div class="sm-control" key=${slider.name}>
    <label for=${id}>${slider.label}</label><output aria-hidden="true" for=${id}>${text}${before !== undefined && before !== value && html`<small> ${words.before(fixed(before, places))}</small>`}</output>
    <input type="range" id=${id} name=${slider.name} min=${slider.min} max=${slider.max} step=${slider.step} value=${value} style=${filled(value, slider)}
      aria-valuetext=${text + unitIn(slider.label)} aria-describedby=${`${id}-help`} onInput=${(event) => dispatch({ type: "decide", name: slider.name, value: event.currentTarget.valueAsNumber })} />
    <p class="sm-help" id=${`${id}-help`}>${slider.help}</p>
  </div>`;
}

function Guess({ prediction, state, dispatch, host, words, spec }) {
  const { readout, question, min, max, step } = prediction;
  const id = `${host.id}-guess-${readout}`;
  const value = state.guess[readout];
  const text = `${fixed(value, decimals(step))} ${unit(spec, readout, words)}`;
  return html`<div class=${`sm-guess${state.guessing ? "" : " sg-off"}`}>
    <label for=${id}>${question}</label><output aria-hidden="true" for=${id}>${text}</output>
    <input type="range" id=${id} min=${min} max=${max} step=${step} value=${value} disabled=${!state.guessing} style=${filled(value, prediction)} aria-valuetext=${text}
      onInput=${(event) => dispatch({ type: "guess", name: readout, value: event.currentTarget.valueAsNumber })} />
  </div>`;
}

function End(part) {
  const { state, words, spec, host } = part;
  const { result } = state;
  const by = result.total - result.unchanged;
  return html`<div class="sg-end" id=${`${host.id}-end`} tabindex="-1">
    <p class="sg-total">${words.result(wan(result.total, words, spec), wan(result.unchanged, words, spec))}${spec.language === "zh" ? "" : " "}${by >= 0 ? words.better(wan(by, words, spec)) : words.worse(wan(-by, words, spec))}</p>
    <dl class="sm-readouts">${spec.results.map(({ name, label, format }) => html`<div data-readout=${name}><dt>${label}</dt><dd>${figure(result[name], format, words, spec)}</dd></div>`)}</dl>
    ${spec.predictions.map(({ readout, step }) => {
      const half = spec.turns / 2;
      const [first, second] = [meanError(state, readout, 0, half), meanError(state, readout, half, spec.turns)];
      const label = spec.figures.find((one) => one.name === readout).label;
      const shown = (value) => `${fixed(value, decimals(step))} ${unit(spec, readout, words)}`;
      return first !== null && second !== null && html`<p>${words.accuracy(label, shown(first), shown(second))}</p>`;
    })}
    <p class="sm-subhead">${words.think}</p>
    <ul class="sg-debrief">${spec.debrief.map((text) => html`<li>${text}</li>`)}</ul>
    <label class="sm-copy sg-code">${words.code}<input type="text" readonly value=${result.code} onFocus=${(event) => event.currentTarget.select()} /></label>
    <p class="sm-help">${words.codeHelp}</p>
  </div>`;
}

function Back(part) {
  const { state, dispatch, host, words, spec } = part;
  const tabs = ["paths", "account", "decisions"];
  const turns = state.result.quarters.length;
  const at = state.seen ?? turns - 1;
  const key = (event) => {
    const to = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!to) return;
    event.preventDefault();
    const tab = tabs[(tabs.indexOf(state.tab) + to + tabs.length) % tabs.length];
    dispatch({ type: "tab", tab });
    event.currentTarget.querySelector(`#${CSS.escape(`${host.id}-tab-${tab}`)}`)?.focus();
  };
  return html`<div class="sg-back">
    <div class="sm-tabs" role="tablist" aria-label=${words.look} onKeyDown=${key}>
      ${tabs.map(
        (tab) => html`<button type="button" role="tab" id=${`${host.id}-tab-${tab}`} aria-controls=${`${host.id}-panel`} aria-selected=${state.tab === tab ? "true" : "false"}
          tabindex=${state.tab === tab ? 0 : -1} onClick=${() => dispatch({ type: "tab", tab })}>${words[tab]}</button>`,
      )}
    </div>
    ${turns > 1 &&
    html`<div class="sm-control sg-look"><label for=${`${host.id}-look`}>${words.look}</label><output aria-hidden="true" for=${`${host.id}-look`}>${words.quarter(at + 1)}</output>
      <input type="range" id=${`${host.id}-look`} min="1" max=${turns} step="1" value=${at + 1} style=${filled(at, { min: 0, max: turns - 1 })} aria-valuetext=${words.quarter(at + 1)} title=${words.lookHelp}
        onInput=${(event) => dispatch({ type: "see", turn: event.currentTarget.valueAsNumber - 1 })} /></div>`}
    <div class="sg-panel" id=${`${host.id}-panel`} role="tabpanel" aria-labelledby=${`${host.id}-tab-${state.tab}`} tabindex="0">
      ${state.tab === "paths" && html`<div class="sg-paths">${spec.metrics.map((metric) => Path({ metric, state, words, at: state.seen }))}</div>
        ${state.guesses.some(Boolean) && html`<p class="sm-help"><span class="sg-key" aria-hidden="true">◆</span> ${words.guessMark}</p>`}`}
      ${state.tab === "account" && Account({ ...part, at })}
      ${state.tab === "decisions" && Decisions({ ...part, at })}
    </div>
  </div>`;
}

function Table({ head, rows, at, state, words, caption }) {
  return html`<table class="sg-table">
    ${caption && html`<caption>${caption}</caption>`}
    <thead><tr><th scope="col">${head}</th>${state.result.quarters.map((turn, i) => html`<th scope="col" class=${i === at ? "sg-at" : ""}>${i + 1}</th>`)}</tr></thead>
    <tbody>${rows.map(({ label, values, total }) => html`<tr class=${total ? "sg-sum" : ""}><th scope="row">${label}</th>${values.map((value, i) => html`<td class=${i === at ? "sg-at" : ""}>${value}</td>`)}</tr>`)}</tbody>
  </table>`;
}

function Account({ state, words, spec, at }) {
  const turns = state.result.quarters;
  const rows = spec.account.map(({ name, label, cost }) => ({ label: `${cost ? "− " : ""}${label}`, values: turns.map((turn) => fixed(turn[name] / 1e4, 0)) }));
  rows.push({ label: words.profit, values: turns.map((turn) => fixed(turn.profit / 1e4, 0)), total: true });
  return Table({ head: words.item, rows, at, state, words, caption: words.tenThousand });
}

function Decisions({ state, words, spec, at }) {
  const rows = spec.decisions.map(({ name, label, step }) => ({ label, values: state.decisions.map((one) => fixed(one[name], decimals(step))) }));
  const news = (turn) => spec.events.find((one) => one.name === turn.event)?.label ?? "";
  rows.push({ label: words.news, values: state.result.quarters.map(news) });
  return Table({ head: words.item, rows, at, state, words });
}

function Engine({ state, host }) {
  const seen = asSimulation(state);
  return Hood({ state: seen, mode: seen.modes.play, host, declared: seen.spec.modes[0] });
}

function Tools({ state, dispatch, words }) {
  return html`<div class="sm-tools">
    ${over(state) && html`<button type="button" class="sm-quiet" onClick=${() => dispatch({ type: "copy" })}>${words.copy}</button>`}
    ${state.copied && html`<span class="sm-help" role="status">${words.copied}</span>`}
    <button type="button" class="sm-quiet" onClick=${() => dispatch({ type: "csv" })}>${words.csv}</button>
    ${over(state)
      ? html`<button type="button" class="sm-quiet" onClick=${() => dispatch({ type: "restart", seed: state.seed })}>${words.again}</button>
          <button type="button" class="sm-quiet" onClick=${() => dispatch({ type: "restart", seed: state.seed + 1 })}>${words.other}</button>`
      : html`<button type="button" class="sm-quiet" onClick=${() => (state.asking ? dispatch({ type: "restart", seed: state.seed }) : dispatch({ type: "ask", on: true }))} onBlur=${() => state.asking && dispatch({ type: "ask", on: false })}>${state.asking ? words.sure : words.restart}</button>`}
    <span class="sm-help">${words.scenario} ${state.seed}</span>
  </div>`;
}
