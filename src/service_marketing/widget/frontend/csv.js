// Rows as a CSV file that spreadsheet programs open with Chinese intact.
const BOM = "\uFEFF";
const cell = (value) => (/[",\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : String(value));

/** The text of the file: one line a row, headed by the columns' labels, with the units of readouts that have one. */
export function csv(mode, rows, words) {
  const labels = Object.fromEntries(mode.readouts.map(({ name, label, format }) => [name, label + (words.columnUnits[format] ?? "")]));
  const columns = mode.columns.length ? mode.columns : Object.keys(rows[0]).map((name) => [name, labels[name] ?? name]);
  const groups = Object.fromEntries(mode.picture.groups ?? []);
  const lines = [columns.map(([, label]) => label), ...rows.map((row) => columns.map(([name]) => groups[row[name]] ?? row[name]))];
  return text(lines);
}

/** `lines`, each a list of cells, as such a file's text. */
export const text = (lines) => BOM + lines.map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";

/** A name that says which simulation, which mode and which settings. */
export const fileName = (simulation, mode, params) =>
  [simulation, mode, ...Object.entries(params).map(([name, value]) => `${name}=${value}`)].join("_") + ".csv";

/** Hands the file to the reader. */
export function download(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
