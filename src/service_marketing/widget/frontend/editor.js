// A small Python editor: CodeMirror with just what a beginner needs. Loaded only when somebody is about to write.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { HighlightStyle, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, drawSelection, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword], color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--prediction-ink)" },
  { tag: tags.comment, color: "var(--muted)" },
  { tag: tags.function(tags.definition(tags.variableName)), fontWeight: "600" },
]);

const look = EditorView.theme({
  "&": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--muted)", borderRadius: "6px", fontSize: "16px" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--font-stack--monospace, ui-monospace, Consolas, monospace)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--muted)", border: "0" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 6px 0 8px", minWidth: "2.2em" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 24%, transparent)",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "color-mix(in srgb, var(--accent) 22%, transparent)" },
  ".cm-wrong": { backgroundColor: "color-mix(in srgb, var(--group-0) 16%, transparent)", boxShadow: "inset 3px 0 var(--group-0)" },
});

const mark = StateEffect.define();
const marked = StateField.define({
  create: () => Decoration.none,
  update(now, change) {
    for (const effect of change.effects) {
      if (effect.is(mark)) return effect.value === null ? Decoration.none : Decoration.set(Decoration.line({ class: "cm-wrong", attributes: { "aria-invalid": "true" } }).range(effect.value));
    }
    return now.map(change.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/**
 * An editor of `text` at the end of `parent`. `label` names it for those who hear it, `describedby` is the id of how to leave it;
 * `run()` is called on Ctrl or Cmd + Enter, `changed()` after every change.
 */
export function editor(parent, { text, label, describedby, run, changed, height }) {
  const state = EditorState.create({
    doc: text,
    extensions: [
      keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }, indentWithTab, ...historyKeymap, ...defaultKeymap]),
      history(),
      lineNumbers(),
      drawSelection(),
      indentOnInput(),
      bracketMatching(),
      indentUnit.of("    "),
      EditorState.tabSize.of(4),
      pythonLanguage,
      syntaxHighlighting(colours),
      marked,
      look,
      EditorView.theme(height ? { ".cm-scroller": { height, overflow: "auto" } } : { ".cm-scroller": { overflow: "auto" } }),
      EditorView.contentAttributes.of({
        "aria-label": label,
        "aria-describedby": describedby,
        tabindex: "0",
        spellcheck: "false",
        autocapitalize: "off",
        autocorrect: "off",
        translate: "no",
      }),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        if (!update.transactions.some((one) => one.effects.some((effect) => effect.is(mark)))) update.view.dispatch({ effects: mark.of(null) });
        changed?.();
      }),
    ],
  });
  const view = new EditorView({ state, parent });
  const at = (line) => view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines)));
  return {
    get text() {
      return view.state.doc.toString();
    },
    set text(value) {
      if (value !== this.text) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
    },
    /** Marks `line` as wrong and shows it; null takes the mark away. */
    mark(line) {
      view.dispatch({ effects: [mark.of(line === null ? null : at(line).from), ...(line === null ? [] : [EditorView.scrollIntoView(at(line).from, { y: "center" })])] });
    },
    /** Shows `line` at the top. */
    show: (line) => view.dispatch({ selection: { anchor: at(line).from }, effects: EditorView.scrollIntoView(at(line).from, { y: "start", yMargin: 8 }) }),
    focus: () => view.focus(),
    stop: () => view.destroy(),
  };
}
