// The hood in Jupyter, where the kernel computes: the source to read, and how to change it.
import { html } from "./html.js";

const WORDS = {
  zh: {
    open: "打开引擎盖",
    about: (file) => `这就是正在计算的模型，文件 ${file}。这里只能看；要改，把下面这一格复制到新的单元格里，写上原来的一段和改成的一段，运行，再重新运行上面的模拟。`,
    cell: (module) =>
      `from service_marketing import practice\nfrom service_marketing.models import ${module}\n\npractice.change_model(${module}, "原来的一段", "改成的一段")\n# 换回原来的模型：practice.restore_model(${module})`,
  },
  en: {
    open: "Open the hood",
    about: (file) => `This is the model that computes, the file ${file}, to read. To change it, copy the cell below into a new one, fill in the old piece and the new one, run it, then run the simulation's cell again.`,
    cell: (module) =>
      `from service_marketing import practice\nfrom service_marketing.models import ${module}\n\npractice.change_model(${module}, "the old piece", "the new piece")\n# back to the original: practice.restore_model(${module})`,
  },
};

/** The file of the mode that `declared` is, folded. */
export function Source({ state, declared }) {
  const words = WORDS[state.spec.language];
  const [module] = declared.model.split(".");
  const file = `${module}.py`;
  const source = state.spec.sources[file];
  return source && html`<details class="sm-hood">
    <summary>${words.open}</summary>
    <p class="sm-help">${words.about(file)}</p>
    <pre tabindex="0" class="sm-hood-cell"><code>${words.cell(module)}</code></pre>
    <pre tabindex="0"><code>${source}</code></pre>
  </details>`;
}
