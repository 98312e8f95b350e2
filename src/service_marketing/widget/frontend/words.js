// Every word of the interface that no simulation declares, in Chinese; words-en.js adds the English ones.

const minus = (text) => text.replace("-", "−");
export const fixed = (x, decimals) => minus(x.toFixed(decimals));
export const signed = (x, decimals) => (Number(x.toFixed(decimals)) > 0 ? "+" : "") + fixed(x, decimals);

export const words = {
  zh: {
    language: "zh",
    units: { percent: "%", money: "元", minutes: "分钟", times: "倍" },
    columnUnits: { money: "（元）", minutes: "（分钟）", times: "（倍）" },
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
    moved: "什么改变了结果",
    movedFrom: (readout, from, to) => `${readout}：从 ${from} 到 ${to}`,
    movedHelp: "每个滑块的份额，是它第一个动和最后一个动时效果的平均。份额加起来还差的，是几个滑块一起动才有的。",
    movedNone: "从开始到现在，滑块还在原处。动一动滑块，再看这里。",
    movedHead: ["滑块", "从", "到", "带来的变化"],
    movedTogether: "一起变动的额外作用",
    strongest: "哪个旋钮最有力",
    strongestHelp: (readout) => `从现在的位置，每次只把一个滑块往下、往上动全程的十分之一，${readout}变多少：`,
    strongestHead: ["滑块", "往下一点", "往上一点"],
    movedWait: "正在算……",
    noMoved: "这组设定下算不出来：",
    edge: "到头了",
    tasks: "动手试试",
    tryIt: "试一试",
    tryAgain: "再试一次",
    insight: "看看要点",
    insightLocked: "动一动滑块，再来看要点",
    insightHead: "要点",
    controls: "滑块",
    readouts: "数字",
    number: "数值",
    sentence: "。",
  table: "起始设定下的结果",
    stale: "这组设定算不出结果，图上还是上一次的。",
    failed: "模型没有接受这组设定：",
    stop: "。",
    broken: "浏览器里的计算程序没有加载成功。检查网络后再动一下滑块。",
    waiting: "正在准备计算程序……",
    noCsv: "没能生成CSV：",
    gap: (predicted, actual, difference) => `你的期望 ${predicted}，结果 ${actual}，差 ${difference}`,
    percentagePoints: " 个百分点",
    curveGap: (mean, x, drawn, actual) => `你画的线和模型平均差 ${mean}。差得最大的一处，${x.replace(/\d$/, "$& ")}时：你画 ${drawn}，模型算出 ${actual}。`,
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
    curveAlt: (x, y, px, py, [[x0, y0], [x1, y1]]) => `${y}随${x}变化的曲线：${x} ${x0} 时${y} ${y0}，${x} ${x1} 时${y} ${y1}；现在${x} ${px}，${y} ${py}`,
    linesAlt: (x, y, lines) => `${y}随${x}的变化：${lines.join("；")}`,
    lineAlt: (label, first, last) => `${label}从 ${first} 到 ${last}`,
    bandAlt: (label, low, high) => `${label}最后在 ${low} 和 ${high} 之间`,
    scatterAlt: (x, y, groups) => `散点图，横轴是${x}，纵轴是${y}：${groups.join("；")}`,
    groupAlt: (label, n, x, y) => `${label} ${n} 个，平均在 (${x}, ${y})`,
    nameAlt: (label, x, y) => `${label} (${x}, ${y})`,
    rowsAlt: (axis, rows) => `${axis}：${rows.join("；")}`,
    gains: "得到",
    costs: "付出",
    net: "净",
    balanceAlt: (label, gains, costs, net) => `${label}：得到 ${gains}，付出 ${costs}，净 ${net}`,
    distributionAlt: (x, mean, shares) => `${x}的分布：平均 ${mean}；${shares}`,
    list: (items) => items.join("，"),
    pair: (label, value) => `${label} ${value}`,
    records: (n) => `你的预测记录（${n} 次）`,
    recordsNote: "只记在这台设备的浏览器里：哪个模拟、当时的设定、你的预测、结果和时间。不会上传。",
    forget: "删除记录",
    record: (date, mode, gap) => `${date}　${mode}：差 ${gap}`,
    flowAlt: (total, parts) => `${total}的去向：${parts}`,
    flowEmpty: (rows) => `还没有结果的流向图，从上到下是：${rows}`,
    flowTable: "从哪里到哪里",
    from: "从",
    to: "到",
    amount: (value, unit) => `${value}${unit}`,
    shareOf: (value) => `占${value}`,
    networkAlt: (total, groups, waves) => `谁告诉了谁：一共${total}人；${groups}。各轮人数：${waves}`,
    networkEmpty: (groups) => `还没有结果的传播图，图上会有：${groups}`,
    wave: (k) => (k ? `第${k}轮` : "起点"),
    later: (k) => `${k}轮起`,
    people: (n) => `${n}人`,
    replay: "重放",
    queueAlt: (length, arrived, servers, longest, at, left) =>
      `${length}分钟里来了${arrived}人，服务台${servers}个；第${at}分钟排队最长，${longest}人在等；共有${left}人等不及走了`,
    queueEmpty: (length, servers) => `还没有人的队伍：服务台${servers}个，看${length}分钟`,
    queueName: "排队人数",
    minutes: "分钟",
    minute: (t) => `第${t}分钟`,
    waitingNow: (n) => `在等${n}人`,
    servedNow: (n) => `已服务${n}人`,
    leftNow: (n) => `走掉${n}人`,
    play: "播放",
    pause: "暂停",
    clock: "时间",
  },
};

/** `text` with every {name} replaced by where that parameter's slider stands, and every {name*10000} by so many times it. */
export const fill = (text, params) =>
  text.replace(/\{(\w+)(?:\*(\d+))?\}/g, (whole, name, times = 1) => (name in params ? asWritten(params[name] * times) : whole));

const asWritten = (x) => grouped(x, String(x).split(".")[1]?.length);

/** The half of a model's bilingual message, "中文 (English)", that its reader understands; the argument's name stays. */
export function inLanguage(message, language) {
  const [, chinese, english] = message.match(/^(.*\S)\s*\(([^()]*)\)$/s) ?? [];
  if (!chinese) return message;
  return language === "zh" ? chinese : [chinese.match(/^[ -~]+/)?.[0].trim(), english].filter(Boolean).join(": ");
}

/** 12345.6 as "12,346"; with decimals as many as asked for. */
export const grouped = (x, places = 0) => fixed(x, places).replace(/\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));

const BIG_MONEY = { zh: [[1e8, "亿元", 2], [1e4, "万元", 1]], en: [[1e9, "bn", 2], [1e6, "m", 2]] };

function money(value, words, places = 0) {
  const [from, unit, digits] = BIG_MONEY[words.language].find(([least]) => Math.abs(value) >= least) ?? [1, words.units.money, places];
  if (words.language === "zh") return (from === 1 ? grouped(value, digits) : grouped(value / from, digits)) + unit;
  return grouped(value / from, digits).replace(/^(−?)(.*)$/, `$1¥$2${from === 1 ? "" : unit}`);
}

/** A readout's number as the reader sees it, with its unit; `words` are those of the reader's language. */
export function shown(value, format, words) {
  if (format === "percent") return fixed(100 * value, 1) + "%";
  if (format === "money") return money(value, words);
  if (format === "count") return grouped(value);
  if (format === "minutes") return fixed(value, 1) + words.units.minutes;
  return fixed(value, 2) + (format === "times" ? words.units.times : "");
}

/** A difference of two such numbers, with its sign; that of two shares is in percentage points. */
export function changed(value, format, words) {
  const text = format === "percent" ? fixed(100 * value, 1) + words.percentagePoints : shown(value, format, words);
  const none = !/[1-9]/.test(text);
  return none ? text.replace("−", "") : value > 0 ? `+${text}` : text;
}

/** A number that the reader predicts, in the unit of its slider: like `shown`, with the decimals of `step`. */
export function guessed(value, format, step, words) {
  const places = decimals(step);
  if (format === "percent") return fixed(value, places) + "%";
  if (format === "money" && words.language === "zh" && Math.abs(value) >= 1e4) return grouped(value / 1e4, decimals(Number((step / 1e4).toPrecision(6)))) + "万元";
  if (format === "money" && words.language === "en") return grouped(value, places).replace(/^(−?)/, "$1¥");
  return grouped(value, places) + (words.units[format] ?? "");
}

/** The difference of result and prediction, in the prediction's unit. */
export function guessedGap(value, format, step, words) {
  const text = format === "percent" ? fixed(value, decimals(step)) + words.percentagePoints : guessed(value, format, step, words);
  return Number(value.toFixed(decimals(step))) > 0 ? `+${text}` : text;
}

/** The unit in an axis label's brackets, " 分" of "满意度（分）"; nothing when it has none. */
export const unitIn = (label) => label.replace(/^[^（(]*(?:[（(]([^（()）]*)[)）])?.*$/s, (_, unit) => (unit ? ` ${unit}` : ""));

/** An axis label without its unit in brackets. */
export const bare = (label) => label.replace(/\s*[（(].*[）)]$/, "");

/** How many decimals a step has. */
export const decimals = (step) => (String(step).split(".")[1] ?? "").length;
