// What the page 我的期望-结果记录 says, in both languages of the course.
import { leaning } from "./record-data.js";

const percent = (share) => `${Math.round(100 * Math.abs(share))}%`;
const plain = (x) => (Array.isArray(x) ? x.map((one) => plain(one)).join(" / ") : String(Number(x.toFixed(2))).replace("-", "−"));
const signed = (x) => (x > 0 ? "+" : "") + plain(x);
const units = { percent: "%" };
const value = (one, x) => (x === undefined ? "—" : plain(x) + (units[one.format] ?? ""));
const gap = (one) => (one.kind === "curve" || Array.isArray(one.predicted) ? plain(one.gap) : signed(one.gap)) + (units[one.format] ?? "");

export const recordWords = {
  zh: {
    file: "期望-结果记录",
    quizFile: "选择题记录",
    quizzes: "选择题",
    quizHeads: ["章", "答过", "一次答对", "后来答对"],
    quizCsv: "导出选择题（CSV）",
    value,
    gap,
    progress: "各章的进度",
    progressHeads: ["章", "读了", "预测", "选择题", "练一练"],
    done: "读完",
    read: (done, of) => `${done}/${of}节`,
    unread: "还没读",
    kept: "这台设备上存着的",
    keptHeads: ["哪一种", "多少", ""],
    kinds: { predictions: "预测", quizzes: "选择题", practice: "练一练", reading: "读到哪里", game: "第12章的游戏", hood: "引擎盖里改过的程序", theme: "浅色深色的选择", language: "语言的选择" },
    sizes: {
      predictions: (n) => `${n}次`,
      quizzes: (n) => `${n}道`,
      practice: (n) => `${n}题`,
      reading: (n) => `${n}页`,
      game: (n) => `玩到第${n}季`,
      hood: (n) => `${n}份`,
      theme: () => "1项",
      language: () => "1项",
    },
    named: (kind, size) => `${kind}（${size}）`,
    deleteOne: "删除",
    deleteKind: (kind) => `删除${kind}`,
    empty: "这台设备上还没有记录。到任何一章的“期望-结果实验”，先写下你的预测，再按“揭晓结果”，这里就会有第一个点。",
    sentences({ dots, size, bias, leaning: way, early, late, old }) {
      const said = [];
      if (dots.length) {
        said.push(`你做了${dots.length}次预测，和结果平均相差尺度的${percent(size)}。`);
        said.push(
          {
            few: "再做几次，才看得出你习惯估高还是估低。",
            none: "估高和估低大致抵消，没有明显的偏向。",
            under: `总的看，你估低了：结果平均比你的期望高出尺度的${percent(bias)}。`,
            over: `总的看，你估高了：结果平均比你的期望低了尺度的${percent(bias)}。`,
          }[way],
        );
        if (early !== undefined) {
          const compared = `前一半平均差${percent(early)}，后一半平均差${percent(late)}`;
          said.push(late < early - 0.02 ? `${compared}：越估越准了。` : late > early + 0.02 ? `${compared}：后来差得更多，看看是哪一章。` : `${compared}：前后差不多。`);
        }
      }
      if (old) said.push(`${dots.length ? "另" : ""}有${old}次是早先的记录，没有记下尺度，只列在下面的表里。`);
      return said;
    },
    under: "↑ 结果比期望高（估低了）",
    over: "↓ 结果比期望低（估高了）",
    mean: "━ 最近5次的平均差距",
    order: "按做的先后 →",
    caption: "一个点是一次预测，高低是差距占那道题尺度的百分比，0是正好。实线是最近5次差距的平均（不分正负），往0走就是越估越准。",
    chartAlt: (dots, running) => `${dots.length}次预测的差距：${dots.map(({ share }) => `${share > 0 ? "+" : share < 0 ? "−" : ""}${percent(share)}`).join("，")}。最近5次的平均差距从${percent(running[0])}到${percent(running.at(-1))}。`,
    chapter: (n) => (n === null ? "不知道是哪一章" : `第${n}章`),
    chapterShort: (n) => (n === undefined ? "?" : `第${n}章`),
    byChapter: "各章的差距",
    chapterHeads: ["章", "次数", "平均差距", "偏向"],
    leaning: (bias) => ({ under: `估低${percent(bias)}`, over: `估高${percent(bias)}`, none: "不明显" })[leaning(bias)],
    all: (n) => `全部记录（${n}次）`,
    heads: ["日期", "预测什么", "你的期望", "结果", "差距"],
    what: (one) => [one.title ?? one.simulation, one.label].filter(Boolean).join("："),
    json: "导出（JSON）",
    csv: "导出表格（CSV）",
    import: "导入",
    delete: "全部删除",
    sure: (named) => `要删的是：${named.join("、")}。删掉就找不回来了，确定删除？`,
    yes: "确定删除",
    no: "不删",
    forgotten: "已经删除。",
    noStorage: "浏览器不让网页保存数据，没有存成。看看是不是无痕模式。",
    notJson: (name) => `“${name}”不是JSON文件，或者内容不完整。要导入的是这一页“导出（JSON）”得到的文件。`,
    problem: ({ reason, place, field }) =>
      ({
        form: "这个JSON文件不是期望-结果记录：里面没有 predictions 这一列。原来的记录没有动。",
        version: "这个文件的版本不认识。要导入的是这一页导出的文件。",
        empty: "这个文件里一条记录也没有。",
        part: `文件里的 ${field} 不对，整个文件都没有导入，原来的记录没有动。`,
        quiz: `选择题的记录 ${field} 不对，整个文件都没有导入，原来的记录没有动。`,
        field: `第${place}条记录的 ${field} 不对，整个文件都没有导入，原来的记录没有动。`,
      })[reason],
    imported: (added, known) => (added ? `导入了${added}条新记录${known ? `，另外${known}条这里已经有了` : ""}。` : "文件里的记录这里都已经有了。"),
  },
  en: {
    file: "expectation-result-record",
    quizFile: "quiz-record",
    quizzes: "Quizzes",
    quizHeads: ["Chapter", "Answered", "Right at once", "Right later"],
    quizCsv: "Export the quizzes (CSV)",
    value,
    gap,
    progress: "Progress by chapter",
    progressHeads: ["Chapter", "Read", "Predictions", "Quizzes", "Practices"],
    done: "read",
    read: (done, of) => `${done}/${of} sections`,
    unread: "not begun",
    kept: "Kept on this device",
    keptHeads: ["What", "How much", ""],
    kinds: { predictions: "Predictions", quizzes: "Quizzes", practice: "Practices", reading: "Place in the book", game: "The game of chapter 12", hood: "Models changed under the hood", theme: "Light or dark", language: "Language" },
    sizes: {
      predictions: String,
      quizzes: String,
      practice: String,
      reading: (n) => `${n} ${n === 1 ? "page" : "pages"}`,
      game: (n) => `quarter ${n}`,
      hood: String,
      theme: String,
      language: String,
    },
    named: (kind, size) => `${kind} (${size})`,
    deleteOne: "Delete",
    deleteKind: (kind) => `Delete: ${kind}`,
    empty: "There are no records on this device yet. Go to the simulation of any chapter, write down your prediction and press “Reveal the result”: your first dot will be here.",
    sentences({ dots, size, bias, leaning: way, early, late, old }) {
      const said = [];
      if (dots.length) {
        said.push(`You made ${dots.length} ${dots.length === 1 ? "prediction" : "predictions"}, on average ${percent(size)} of the scale off.`);
        said.push(
          {
            few: "A few more, and it will show whether you tend to expect too much or too little.",
            none: "Too high and too low about balance: no clear leaning.",
            under: `On the whole you expect too little: results were ${percent(bias)} of the scale higher.`,
            over: `On the whole you expect too much: results were ${percent(bias)} of the scale lower.`,
          }[way],
        );
        if (early !== undefined) {
          const compared = `First half ${percent(early)} off, second half ${percent(late)}`;
          said.push(late < early - 0.02 ? `${compared}: you are getting better.` : late > early + 0.02 ? `${compared}: further off later; see in which chapter.` : `${compared}: about the same.`);
        }
      }
      if (old) said.push(`${old} older ${old === 1 ? "record has" : "records have"} no scale and only stand in the table below.`);
      return said;
    },
    under: "↑ result above expectation",
    over: "↓ result below expectation",
    mean: "━ mean gap of the last 5",
    order: "in the order of time →",
    caption: "One dot is one prediction; its height is the gap as a share of that question's scale, 0 being exact. The line is the mean size of the last 5 gaps: towards 0 is better.",
    chartAlt: (dots, running) => `Gaps of ${dots.length} predictions: ${dots.map(({ share }) => `${share > 0 ? "+" : share < 0 ? "−" : ""}${percent(share)}`).join(", ")}. The mean of the last 5 went from ${percent(running[0])} to ${percent(running.at(-1))}.`,
    chapter: (n) => (n === null ? "Chapter not known" : `Chapter ${n}`),
    chapterShort: (n) => (n === undefined ? "?" : `Ch. ${n}`),
    byChapter: "By chapter",
    chapterHeads: ["Chapter", "Predictions", "Mean gap", "Leaning"],
    leaning: (bias) => ({ under: `${percent(bias)} too low`, over: `${percent(bias)} too high`, none: "none" })[leaning(bias)],
    all: (n) => `All records (${n})`,
    heads: ["Date", "What", "Expected", "Result", "Gap"],
    what: (one) => [one.title ?? one.simulation, one.label].filter(Boolean).join(": "),
    json: "Export (JSON)",
    csv: "Export a table (CSV)",
    import: "Import",
    delete: "Delete all",
    sure: (named) => `To be deleted: ${named.join(", ")}. There is no way back. Delete?`,
    yes: "Delete",
    no: "Keep",
    forgotten: "Deleted.",
    noStorage: "The browser does not let the page keep anything, so nothing was saved. Is this a private window?",
    notJson: (name) => `“${name}” is no JSON file, or not a whole one. Import a file that this page exported as JSON.`,
    problem: ({ reason, place, field }) =>
      ({
        form: "This JSON file is no record of predictions: it has no list called predictions.",
        version: "This file has a version that is not known here. Import a file that this page exported.",
        empty: "There is not one record in this file.",
        part: `${field} in the file is wrong. Nothing of the file was imported, and nothing was changed.`,
        quiz: `The quiz record ${field} is wrong. Nothing of the file was imported, and nothing was changed.`,
        field: `Record ${place} has a wrong ${field}. Nothing of the file was imported, and nothing was changed.`,
      })[reason],
    imported: (added, known) => (added ? `${added} new ${added === 1 ? "record" : "records"} imported${known ? `, ${known} were here already` : ""}.` : "All records of the file were here already."),
  },
};
