// Typesets the formulas of finished pages once, at build time, so that no reader's browser has to.
// Usage: node math.mjs page.html …; a formula that KaTeX does not understand stops the build.
import { readFileSync, writeFileSync } from "node:fs";
import katex from "katex";

const unescape = (html) => html.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&#x27;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
const inline = /<span class="math notranslate nohighlight">\\\(([\s\S]*?)\\\)<\/span>/g;
const display = /(<div class="math notranslate nohighlight"[^>]*>)([\s\S]*?)\\\[([\s\S]*?)\\\]<\/div>/g;

let failed = false;
for (const page of process.argv.slice(2)) {
  const typeset = (tex, displayMode) => {
    try {
      return katex.renderToString(unescape(tex).trim(), { displayMode, strict: "ignore", throwOnError: true });
    } catch (error) {
      console.error(`${page}: 公式有误 (bad formula): ${error.message}`);
      failed = true;
      return "";
    }
  };
  const before = readFileSync(page, "utf8");
  const after = before
    .replace(inline, (_, tex) => `<span class="math">${typeset(tex, false)}</span>`)
    .replace(display, (_, open, number, tex) => `${open.replace(" notranslate nohighlight", "")}${number}${typeset(tex, true)}</div>`);
  if (after !== before) writeFileSync(page, after);
}
process.exit(failed ? 1 : 0);
