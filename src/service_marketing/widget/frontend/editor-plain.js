// What stands in for the editor where it cannot be loaded.

/** A plain field with an editor's ways, for a page whose editor cannot be loaded. */
export function plain(parent, { text, label, describedby, run, changed }) {
  const field = document.createElement("textarea");
  Object.assign(field, { value: text, rows: Math.min(24, text.split("\n").length + 1), spellcheck: false, className: "sm-plain-editor", wrap: "off" });
  field.setAttribute("aria-label", label);
  field.setAttribute("aria-describedby", describedby);
  field.setAttribute("autocapitalize", "off");
  field.oninput = changed;
  field.onkeydown = (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run();
  };
  parent.append(field);
  const start = (line) => field.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  const show = (line) => {
    field.scrollTop = (line - 1) * Number.parseFloat(getComputedStyle(field).lineHeight);
  };
  return {
    get text() {
      return field.value;
    },
    set text(value) {
      field.value = value;
    },
    mark(line) {
      if (line === null) return;
      show(Math.max(1, line - 3));
      field.setSelectionRange(start(line), start(line + 1));
    },
    show,
    focus: () => field.focus(),
    stop: () => field.remove(),
  };
}
