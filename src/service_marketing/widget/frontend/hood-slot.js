// Where the hood hangs in a simulation: a button, and hood.js fills the rest when it is pressed. In Jupyter, where the kernel
// computes, the host brings a part of its own.
import { html } from "./html.js";
import { slotWords } from "./hood-words.js";

export function Hood({ state, mode, host, declared }) {
  if (host.Source) return host.Source({ state, declared });
  const words = slotWords[state.spec.language];
  return html`<div class="sm-hood" key="hood" hidden=${mode.stage === "predict"} ref=${(node) => node && host.hood?.seen(node, state)}>
    <button type="button" class="sm-quiet" aria-expanded="false" onClick=${() => host.hood.toggle()}>${words.open}</button>
    <span class="sm-help sm-hood-note"></span>
    <div class="sm-hood-panel" hidden></div>
  </div>`;
}
