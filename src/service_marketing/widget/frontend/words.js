// Every word of the interface that no simulation declares, in both languages of the course.

const minus = (text) => text.replace("-", "−");
export const fixed = (x, decimals) => minus(x.toFixed(decimals));
export const signed = (x, decimals) => (Number(x.toFixed(decimals)) > 0 ? "+" : "") + fixed(x, decimals);

export const words = {
  zh: {
    simulation: "模拟实验",
    reveal: "揭晓结果",
    skip: "跳过预测",
    soon: "揭晓之后，结果画在这里",
    yours: "你的预测",
    drawn: "你画的",
    model: "模型",
    mean: "平均",
    pinned: "对比",
    pin: "留作对比",
    unpin: "去掉对比",
    restart: "重来",
    share: "分享",
    copyCode: "复制代码",
    copied: "已复制",
    copyThis: "没能自动复制，手动复制这一行：",
    csv: "下载CSV",
    tasks: "动手试试",
    tryIt: "试一试",
    tryAgain: "再试一次",
    insight: "看看要点",
    insightLocked: "动一动滑块，再来看要点",
    insightHead: "要点",
    controls: "滑块",
    readouts: "数字",
    number: "数值",
    table: "起始设定下的结果",
    stale: "这组设定算不出结果，图上还是上一次的。",
    failed: "模型没有接受这组设定：",
    stop: "。",
    broken: "浏览器里的计算程序没有加载成功。检查网络后再动一下滑块。",
    waiting: "正在准备计算程序……",
    noCsv: "没能生成CSV：",
    gap: (predicted, actual, difference, unit) => `你的期望 ${predicted}，结果 ${actual}，差 ${difference}${unit}`,
    percentagePoints: " 个百分点",
    points: " 分",
    curveGap: (mean, x, unit, drawn, actual) => `你画的线和模型平均差 ${mean}${unit}。差得最大的一处，${x}${unit}时：你画 ${drawn}，模型算出 ${actual}。`,
    verdict: {
      close: "估得很准。再想想：你凭什么猜到的？",
      high: "结果比你想的高一些。是什么把它推高了？",
      low: "结果比你想的低一些。是什么把它拉低了？",
      farHigh: "结果比你想的高得多。找找看，是哪条规则把它推高的。",
      farLow: "结果比你想的低得多。找找看，是哪条规则把它拉低的。",
      curveClose: "两条线几乎重合，你抓住了这条曲线的形状。",
      curveNear: "大势画对了。看看两条线在哪一段分开，那里有一条你没想到的规则。",
      curveFar: "两条线差得不少。先比一比左右两半：哪一边更陡？",
    },
    handle: (x, y) => `横轴 ${x} 处，纵轴 ${y}`,
    handleName: (x) => `曲线在 ${x} 处的高度`,
    handleHelp: "上下拖动圆点；用键盘时，Tab 选圆点，方向键调高低。",
    axesOnly: (x, y) => `还没有结果的坐标图，横轴是${x}，纵轴是${y}`,
    curveAlt: (x, y, px, py) => `${y}随${x}变化的曲线；现在${x} ${px}，${y} ${py}`,
    distributionAlt: (x, mean, shares) => `${x}的分布：平均 ${mean}；${shares}`,
    list: (items) => items.join("，"),
    pair: (label, value) => `${label} ${value}`,
    records: (n) => `你的预测记录（${n} 次）`,
    recordsNote: "只记在这台设备的浏览器里：哪个模拟、当时的设定、你的预测、结果和时间。不会上传。",
    forget: "删除记录",
    record: (date, mode, gap) => `${date}　${mode}：差 ${gap}`,
  },
  en: {
    simulation: "Simulation",
    reveal: "Reveal the result",
    skip: "Skip the prediction",
    soon: "The result will be drawn here",
    yours: "Your prediction",
    drawn: "Your line",
    model: "Model",
    mean: "Mean",
    pinned: "Kept",
    pin: "Keep to compare",
    unpin: "Drop comparison",
    restart: "Start over",
    share: "Share",
    copyCode: "Copy code",
    copied: "Copied",
    copyThis: "Could not copy by itself; copy this line:",
    csv: "Download CSV",
    tasks: "Try these",
    tryIt: "Try it",
    tryAgain: "Try again",
    insight: "See the point",
    insightLocked: "Move a slider, then see the point",
    insightHead: "The point",
    controls: "Sliders",
    readouts: "Numbers",
    number: "Value",
    table: "Result for the starting settings",
    stale: "These settings give no result; the picture still shows the last one.",
    failed: "The model did not accept these settings: ",
    stop: ".",
    broken: "The browser could not load what computes the model. Check the connection, then move a slider.",
    waiting: "Getting ready to compute…",
    noCsv: "Could not make the CSV file: ",
    gap: (predicted, actual, difference, unit) => `You expected ${predicted}, the result is ${actual}, a gap of ${difference}${unit}`,
    percentagePoints: " percentage points",
    points: " points",
    curveGap: (mean, x, unit, drawn, actual) =>
      `Your line is ${mean}${unit} off the model on average, most at ${x}: you drew ${drawn}, the model says ${actual}.`,
    verdict: {
      close: "Very close. What made you think so?",
      high: "The result is somewhat higher than you thought. What pushed it up?",
      low: "The result is somewhat lower than you thought. What pulled it down?",
      farHigh: "The result is much higher than you thought. Find the rule that pushed it up.",
      farLow: "The result is much lower than you thought. Find the rule that pulled it down.",
      curveClose: "The two lines nearly coincide: you caught the shape.",
      curveNear: "The trend is right. See where the lines part: a rule you did not think of is at work there.",
      curveFar: "The lines are far apart. Compare the two halves first: which side is steeper?",
    },
    handle: (x, y) => `at ${x}: ${y}`,
    handleName: (x) => `Height of the curve at ${x}`,
    handleHelp: "Drag the dots up and down; with a keyboard, Tab to a dot and use the arrow keys.",
    axesOnly: (x, y) => `Axes without a result yet: ${x} across, ${y} up`,
    curveAlt: (x, y, px, py) => `Curve of ${y} over ${x}; now ${x} ${px}, ${y} ${py}`,
    distributionAlt: (x, mean, shares) => `Distribution of ${x}: mean ${mean}; ${shares}`,
    list: (items) => items.join(", "),
    pair: (label, value) => `${label} ${value}`,
    records: (n) => `Your predictions (${n})`,
    recordsNote: "Kept in this device's browser only: which simulation, its settings, your prediction, the result and the time. Nothing is sent.",
    forget: "Delete them",
    record: (date, mode, gap) => `${date}  ${mode}: gap ${gap}`,
  },
};

/** `text` with every {name} replaced by where that parameter's slider stands. */
export const fill = (text, params) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? params[name] : whole));

/** The half of a model's bilingual message, "中文 (English)", that its reader understands; the argument's name stays. */
export function inLanguage(message, language) {
  const [, chinese, english] = message.match(/^(.*\S)\s*\(([^()]*)\)$/s) ?? [];
  if (!chinese) return message;
  return language === "zh" ? chinese : [chinese.match(/^[ -~]+/)?.[0].trim(), english].filter(Boolean).join(": ");
}

/** A readout's number as the reader sees it. */
export const shown = (value, format) => (format === "percent" ? fixed(100 * value, 1) + "%" : fixed(value, 2));

/** An axis label without its unit in brackets. */
export const bare = (label) => label.replace(/\s*[（(].*[）)]$/, "");

/** How many decimals a step has. */
export const decimals = (step) => (String(step).split(".")[1] ?? "").length;
