"""投诉漏斗, the simulation of chapter 6: who complains, who is won back, and how many never spoke."""
from service_marketing.models import complaints

from .spec import Axis, Flow, Line, Lines, Mark, Mode, Node, PredictValue, Readout, Simulation, Slider, Task, Text

SHARE = dict(min=0, max=1, step=0.05)

funnel = Mode(
    name="funnel", title=Text("不满意的客人去了哪里", "Where dissatisfied guests go"),
    intro=Text("悦来连锁一个月接待1000位客人，店长在门口挂了意见簿，没人写，他说“大家都满意”。其实有人不满意：一部分开口投诉，更多的不出声。投诉要解决，解决不了更糟。每个环节留下几成人是教学假设，滑块由你定。", "Yuelai receives 1,000 guests a month. The comments book at the door stays empty, so the manager says all are content. Some are not: a few complain, more keep silent, and a complaint that is not solved makes things worse. The shares who stay at each step are teaching assumptions; the sliders are yours."),
    model=complaints.complaint_funnel,
    controls=(
        Slider("failure", Text("遇到问题的客人", "Guests with a problem"), 0.1, 0.5, step=0.05, start=0.2),
        Slider("severity", Text("问题有多严重", "How bad the problem is"), start=0.4, help=Text("0：小毛病；1：糟到极点", "0: a trifle; 1: as bad as it gets"), **SHARE),
        Slider("ease", Text("投诉有多方便", "Ease of complaining"), start=0.3, help=Text("0：找不到人说；1：扫码就能说，当场有人接", "0: nobody to tell; 1: scan a code and somebody answers"), **SHARE),
        Slider("resolved", Text("投诉解决了几成", "Complaints solved"), start=0.7, **SHARE),
        Slider("handling_cost", Text("处理一件投诉花多少（元）", "Cost of handling one (yuan)"), 0, 500, step=10, start=80),
        Slider("lifetime_value", Text("留住一位客人值多少（元）", "Worth of a guest who stays (yuan)"), 0, 5000, step=100, start=1500),
    ),
    prediction=PredictValue(
        "returning", Text("投诉解决的比例是{resolved}，方便程度是{ease}。遇到问题的客人里，最后有百分之几还会再来？", "A share of {resolved} of complaints is solved, and the ease of complaining is {ease}. What per cent of the guests with a problem will come again?"),
        min=0, max=100, step=1, start=50,
    ),
    picture=Flow(
        nodes=(
            Node(Text("不满意", "Dissatisfied"), 0, "neutral"),
            Node(Text("开口投诉", "Complain"), 1, "accent"), Node(Text("没出声", "Silent"), 1, "muted"),
            Node(Text("解决了", "Solved"), 2, "good"), Node(Text("没解决", "Not solved"), 2, "bad"), Node(Text("没人知道", "Nobody knows"), 2, "muted"),
            Node(Text("再来", "Come again"), 3, "good"), Node(Text("走了", "Gone"), 3, "bad"),
        ),
        links="links", unit=Text("位客人", "guests"),
    ),
    readouts=(
        Readout("returning", Text("不满意的人里再来的", "Of them, come again"), "percent"), Readout("complaints", Text("投诉件数", "Complaints"), "count"),
        Readout("silent", Text("没出声的", "Silent"), "count"), Readout("retention", Text("全部客人的保留率", "Retention of all guests"), "percent"),
        Readout("extra_complaints", Text("方便投诉多出来的投诉", "Complaints added by ease"), "count"), Readout("extra_retained", Text("方便投诉多留住的客人", "Guests kept by ease")),
        Readout("net_value", Text("方便投诉净赚", "Net value of ease"), "money"), Readout("break_even", Text("解决几成才留得住人", "Must be solved to keep guests"), "percent"),
    ),
)

recovery = Mode(
    name="recovery", title=Text("补救悖论量表", "The paradox meter"),
    intro=Text("张女士的房间空调坏了。前台赔了{compensation}元，{delay}小时办妥。和一位从没出过问题的客人比（他记作100），她的满意度和再来的可能各是多少？道歉和赔偿各值几分、坏记忆有多重，都是教学假设。", "Ms Zhang's air conditioning failed. The desk paid {compensation} yuan and settled the matter within {delay} hours. Compared with a guest who never had a problem (set to 100), how satisfied is she, and how likely to return? What apology and money are worth, and how long the failure is remembered, are teaching assumptions."),
    model=complaints.recovery_meter,
    controls=(
        Slider("compensation", Text("赔偿（元）", "Compensation (yuan)"), 0, 500, step=10, start=150),
        Slider("delay", Text("多久办妥（小时）", "Hours until settled"), 0, 72, step=1, start=12),
        Slider("apology", Text("态度和道歉", "Manner and apology"), start=0.5, help=Text("0：冷脸甩锅；1：认真听、诚恳道歉", "0: cold and blaming; 1: listens and apologises"), **SHARE),
        Slider("match", Text("补救对不对路", "Fit of the remedy"), start=0.5, help=Text("空调坏了：1是换房，0是送果盘", "For failed air conditioning: 1 another room, 0 a fruit plate"), **SHARE),
        Slider("severity", Text("失误有多严重", "How bad the failure was"), start=0.4, **SHARE),
        Slider("memory", Text("坏记忆的分量", "Weight of the memory"), 0, 4, step=0.25, start=2.5, help=Text("满意了还是担心再出事；0：完全不担心", "Content, yet afraid of the next failure; 0: not at all")),
    ),
    prediction=PredictValue(
        "repurchase_index", Text("没出过问题的客人再来的可能记作100。赔{compensation}元、{delay}小时办妥之后，张女士是多少？", "A guest without a problem counts as 100 for coming again. After {compensation} yuan and {delay} hours, what is Ms Zhang's figure?"),
        min=0, max=150, step=1, start=100,
    ),
    picture=Lines(
        x=Axis(Text("赔偿（元）", "Compensation (yuan)"), 0, 500), y=Axis(Text("指数（没出过问题=100）", "Index (no failure = 100)"), 0, 150),
        lines=(
            Line("satisfaction_line", Text("满意度", "Satisfaction"), "neutral"), Line("repurchase_line", Text("再来的可能", "Coming again")),
            Line("control_line", Text("没出过问题", "No failure"), "muted", dashed=True),
        ),
        marks=(Mark("compensation", Text("现在赔", "Paid now")),), guess="y",
    ),
    readouts=(
        Readout("satisfaction_index", Text("满意度指数", "Satisfaction index")), Readout("repurchase_index", Text("再来指数", "Coming-again index")),
        Readout("satisfaction", Text("满意度（没出过问题：6.5）", "Satisfaction (no failure: 6.5)")), Readout("repurchase", Text("再来的概率", "Probability of return"), "percent"),
        Readout("control_repurchase", Text("没出过问题的再来概率", "The same without a failure"), "percent"), Readout("net_value", Text("这次补救净赚", "Net value of the recovery"), "money"),
    ),
)

silent = Mode(
    name="silent", title=Text("没出声的有多少", "How many kept silent"),
    intro=Text("这个月收到{complaints}件投诉。回访{asked}位不满意的客人，说自己投诉过的比例是{voice}。“八成不满的人不投诉”是来源不明的数字，开口率要自己量。那么到底有多少人不满意？", "{complaints} complaints came in this month. Of {asked} dissatisfied guests who were called back, a share of {voice} said they had complained. “Eighty per cent never complain” has no known source: measure the rate. So how many were dissatisfied?"),
    model=complaints.silent_estimate,
    controls=(
        Slider("complaints", Text("投诉件数", "Complaints"), 5, 200, step=5, start=40),
        Slider("voice", Text("回访时说投诉过的比例", "Share who said they complained"), 0.1, 0.9, step=0.05, start=0.25),
        Slider("asked", Text("回访了几位不满意的客人", "Dissatisfied guests called back"), 10, 200, step=5, start=60),
    ),
    prediction=PredictValue("estimate", Text("{complaints}件投诉背后，一共有多少位客人不满意？", "How many dissatisfied guests stand behind {complaints} complaints?"), min=0, max=800, step=10, start=50),
    picture=Lines(
        x=Axis(Text("回访人数", "Guests called back"), 0, 200), y=Axis(Text("不满意的客人（位）", "Dissatisfied guests")),
        lines=(Line("middle", Text("估计", "Estimate")),), band=("lower", "upper"), band_label=Text("95%区间", "95% interval"),
        marks=(Mark("asked", Text("现在问了", "Asked now")),), guess="y",
    ),
    readouts=(
        Readout("estimate", Text("估计不满意的", "Estimated dissatisfied"), "count"), Readout("low", Text("95%区间下限", "95% interval from"), "count"),
        Readout("high", Text("95%区间上限", "95% interval to"), "count"), Readout("silent", Text("其中没出声的", "Of them silent"), "count"),
    ),
)

complaint_funnel = Simulation(
    name="complaint-funnel", chapter=6, title=Text("投诉漏斗", "The complaint funnel"), modes=(funnel, recovery, silent),
    tasks=(
        Task(
            "funnel", Text("把投诉的方便程度从0拉到1，看投诉件数、保留率和净赚。", "Move the ease of complaining from 0 to 1 and watch complaints, retention and net value."),
            Text("投诉多出好几倍，看着更糟，生意却更好：说出来的人才有机会被留住。用“投诉率下降”考核店长，等于奖励他把门关上。", "Complaints multiply and look worse, while the business gets better: only who speaks can be won back. Rewarding managers for fewer complaints rewards closing the door."), set={"ease": 0, "resolved": 0.7},
        ),
        Task(
            "funnel", Text("把解决率降到20%，再从0到1拉一遍方便程度。", "Lower the share solved to 20% and move the ease from 0 to 1 again."),
            Text("请人开口又不解决，比不让人开口更伤：客人越投诉走得越多。按这里的假设，至少要解决40%，敞开渠道才留得住人；算上处理的花费，门槛还要更高。先有补救的本事，再敞开大门。", "Inviting complaints and not solving them hurts more than no invitation: the more complain, the more leave. On these assumptions 40% must be solved before ease keeps guests, and more before it pays for the handling. First learn to recover, then open the door."), set={"ease": 0, "resolved": 0.2},
        ),
        Task(
            "recovery", Text("态度调到0，把赔偿从0加到500元；再把赔偿放回0，态度调到1。哪种更管用？", "Set the manner to 0 and raise the money from 0 to 500 yuan; then no money and the manner at 1. Which works better?"),
            Text("钱修不好一张冷脸：500元也没把她拉回100，还倒贴了钱；一分不赔、诚恳道歉，满意度反而更高。先把态度摆正，赔偿才值钱。", "Money does not mend a rude process: 500 yuan leave her short of 100 and the firm out of pocket, while an honest apology without a yuan does better. Get the manner right and compensation starts to count."), set={"apology": 0, "compensation": 0},
        ),
        Task(
            "recovery", Text("先看起点：满意度指数过100了吗？再来指数呢？然后把坏记忆调到0。", "At the start: is the satisfaction index above 100? And coming again? Then set the memory to 0."),
            Text("满意度过了100，再来的可能没有：满意度上的补救悖论，不等于复购上的补救悖论。元分析（de Matos等，2007）也是满意度上显著、复购上不显著。坏记忆归零，两条线才一起过100，所以两件事要分开量。", "Satisfaction passes 100, coming again does not: a paradox on satisfaction is no paradox on repurchase. The meta-analysis of de Matos et al. (2007) finds it significant on the first and not on the second. Only without the memory do both pass 100, so measure them apart."), set={"compensation": 150, "delay": 12, "apology": 0.5, "match": 0.5, "severity": 0.4, "memory": 2.5},
        ),
        Task(
            "silent", Text("投诉件数不动，把回访人数从10加到200。估计数和区间哪个在变？", "Leave the complaints alone and raise the guests called back from 10 to 200. Does the estimate move, or the interval?"),
            Text("估计数大体不动，区间收窄：只问十来个人，“多少人不满意”几乎等于没回答，上限能差出好几倍。报数字要带区间。", "The estimate hardly moves while the interval narrows: with ten people asked the answer is next to none, its ends are several times apart. Report the interval with the number."), set={"complaints": 40, "voice": 0.3, "asked": 10},
        ),
    ),
)
