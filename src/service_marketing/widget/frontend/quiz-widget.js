// A quiz in a notebook, below the Markdown cell that asks it: the letters to choose from, and the feedback.
import { element, mount, unpack, wordsOf } from "./quiz-core.js";

const LABEL = { zh: "你选哪一个？", en: "Which one do you choose?" };

function render({ model, el }) {
  const parts = unpack(model.get("packed"));
  const language = model.get("language");
  const words = wordsOf(language);
  const rows = parts.slice(1).map(() => element("div"));
  const group = element("div", { className: "sq-letters", role: "radiogroup", "aria-label": LABEL[language] }, ...rows);
  const form = element("form", { className: "sq", lang: language }, group);
  // else JupyterLab takes the arrow keys for its cells; it looks at the focused element only
  form.addEventListener("focusin", ({ target }) => (target.dataset.lmSuppressShortcuts = "true"));
  mount(form, model.get("name"), rows, parts, words);
  el.append(form);
}

export default { render };
