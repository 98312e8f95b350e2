// The page's side of the hood: what stands in the page before hood.js is asked for, and the texts that the device keeps.
import { slotWords } from "./hood-words.js";
import * as storage from "./storage.js";

/** The reader's own texts, by simulation and file, kept in this browser until they are restored. */
export const texts = {
  read(name) {
    const found = storage.read("hood", "texts")?.[name];
    return typeof found?.text === "string" ? found : null;
  },
  /** Keeps `kept`, { text, of }, or forgets it when it is null. */
  write(name, kept) {
    storage.change("hood", "texts", name, () => kept ?? undefined);
  },
};

/**
 * The page's side of the slot: opens and shuts the panel, and lets its model compute once it is changed.
 * `load()` promises hood.js; `home` is what its `open` wants besides the slot's own parts.
 */
export function slot(spec, load, home) {
  const words = slotWords[spec.language];
  let node = null;
  let state = null;
  let panel = null;
  let loading = false;
  const fileOf = (mode) => `${spec.modes.find((one) => one.name === mode).model.split(".")[0]}.py`;
  const part = (name) => node.querySelector(`:scope > ${name}`);
  const note = (text) => (part(".sm-hood-note").textContent = text);

  const told = () => note(panel?.active ? words.active : !panel && texts.read(`${spec.name}/${fileOf(state.mode)}`) ? words.kept : "");

  function show(open) {
    part(".sm-hood-panel").hidden = !open;
    const button = part("button");
    button.setAttribute("aria-expanded", open);
    button.textContent = open ? words.shut : words.open;
  }

  return {
    seen(found, now) {
      node = found;
      state = now;
      if (panel) panel.seen(now);
      else if (!loading) told();
    },
    async toggle() {
      if (loading) return;
      const body = part(".sm-hood-panel");
      if (panel) return show(body.hidden);
      loading = true;
      note(words.loading);
      try {
        const { open } = await load();
        const filled = await open({ ...home, body, spec, state, fileOf, told });
        filled.seen(state); // it may have moved meanwhile
        panel = filled;
        show(true);
        told();
      } catch (error) {
        console.warn(error);
        show(false);
        note(words.failed);
      }
      loading = false;
    },
    /** Whether the reader's own model computes. */
    get active() {
      return panel?.active ?? false;
    },
    get engine() {
      return panel?.engine ?? null;
    },
    compute: (mode, params, target) => panel.compute(mode, params, target),
  };
}
