"""Popular numbers on keeping customers, on their word and on how they differ: simulations of appendix A."""
from service_marketing.models import lifetime_value, loyalty, segmentation

from .spec import Axis, Line, Lines, Mark, Mode, PredictValue, Readout, Simulation, Slider, Task, Text

NOW = Text("现在", "Now")

defection = Simulation(
    name="popular-defection", chapter=8, title=Text("5%的流失，25%到85%的利润", "5% of defection, 25 to 85% of profit"),
    modes=(Mode(
        name="base", title=Text("从哪里算起", "Where one starts"),
        intro=Text("把5%读作5个百分点，不贴现，每年赚得一样多，这是最简单的读法。拖动原来的流失率，看利润什么时候多出25%到85%。", "Read 5% as five points, undiscounted, every year earning the same: the simplest reading. Move the defection rate and see when the change of profit lies between 25 and 85%."),
        model=lifetime_value.defection_cuts, fixed={"cut": 0.05},
        controls=(
            Slider("defection", Text("原来的年流失率", "Defection rate before"), 0.08, 0.5, step=0.01, start=0.11, help=Text("0.11：每100位客人每年走掉11位", "0.11: of 100 guests 11 leave each year")),
            Slider("discount", Text("贴现率", "Discount rate"), 0, 0.2, step=0.01, start=0, help=Text("0.10：明年的1元，今天只当0.91元", "0.10: a yuan next year counts as 0.91 today")),
            Slider("growth", Text("老客每多一年多赚几成", "Extra profit per year of tenure"), 0, 0.5, step=0.05, start=0, help=Text("教学假设", "Teaching assumption")),
            Slider("acquisition", Text("获客成本抵几年利润", "Acquisition cost in first years' profits"), 0, 1.5, step=0.1, start=0, help=Text("教学假设", "Teaching assumption")),
        ),
        prediction=PredictValue("points", Text("流失率从{defection}减少0.05，利润增加百分之几？", "Defection falls from {defection} by 0.05. By what per cent does profit rise?"), min=0, max=150, step=1, start=25),
        picture=Lines(
            x=Axis(Text("原来的年流失率（%）", "Defection rate before (%)"), 8, 50), y=Axis(Text("利润增加（%）", "Rise of profit (%)"), 0, 180),
            lines=(Line("points_curve", Text("少5个百分点", "Five points less"), "accent"), Line("percent_curve", Text("少百分之五", "Five per cent less"), "neutral", dashed=True)),
            band=("claim_low", "claim_high"), band_label=Text("25%到85%", "25 to 85%"), marks=(Mark("base", NOW),), guess="y",
        ),
        readouts=(Readout("points", Text("少5个百分点", "Five points less"), "percent"), Readout("percent", Text("少百分之五", "Five per cent less"), "percent")),
    ),),
    tasks=(Task(
        "base", Text("把流失率从0.11拖到0.25，再拖到0.40。再把贴现率调到0.10看一遍。", "Move defection from 0.11 to 0.25, then to 0.40. Then set the discount rate to 0.10 and do it again."),
        Text("从11%算起是83%，从25%算起是25%，从40%算起只有14%。照这种读法，“25%到85%”就是起点在11%到25%之间（原文的算法可能不同）；按10%贴现，11%那一头也只剩31%。", "From 11% it is 83%, from 25% it is 25%, from 40% only 14%. Read this way, “25 to 85%” means starting between 11 and 25% (the article may have reckoned otherwise); discounted at 10% even the 11% end is left with 31%."),
        set={"defection": 0.11, "discount": 0, "growth": 0, "acquisition": 0},
    ),),
)

ratio = Simulation(
    name="popular-ratio", chapter=8, title=Text("新客成本是老客的五倍", "A new customer costs five times as much"),
    modes=(Mode(
        name="ratio", title=Text("除以谁", "Divided by whom"),
        intro=Text("悦来一家店一年花50万元拉来1000位新客，花32万元做会员，4000位会员留下八成（教学假设）。总账相除，正好五倍。可是有些新客不拉也来，有些会员不花钱也留。只算因为这笔钱才来、才留的人，还是五倍吗？", "A Yuelai hotel spends 500,000 yuan a year on winning 1,000 guests and 320,000 on 4,000 members, of whom 80% stay (teaching assumptions). Divided as they stand, that is five times. But some come unasked and some would stay anyway: is it five times for those whom the money moved?"),
        model=lifetime_value.cost_ratio,
        controls=(
            Slider("stay_anyway", Text("不花钱也会留下的会员", "Members who would stay anyway"), 0, 0.65, step=0.05, start=0, help=Text("0.60：一分钱不花，100位里也有60位留下", "0.60: without a yuan spent, 60 of 100 stay")),
            Slider("new_anyway", Text("不花钱也会来的新客", "New guests who would come anyway"), 0, 0.9, step=0.05, start=0, help=Text("0.20：100位新客里，20位本来就会来", "0.20: of 100 new guests 20 would have come anyway")),
            Slider("acquisition_budget", Text("一年拉新（万元）", "Winning, a year (10,000 yuan)"), 10, 100, step=2, start=50),
            Slider("retention_budget", Text("一年留客（万元）", "Keeping, a year (10,000 yuan)"), 10, 100, step=2, start=32),
            Slider("retention", Text("实际留下的会员", "Members who stayed"), 0.75, 0.95, step=0.05, start=0.8),
        ),
        prediction=PredictValue("extra_ratio", Text("不花钱也留下的占{stay_anyway}，不花钱也来的占{new_anyway}。只算因为花了钱才来、才留的人，新客成本是老客的几倍？", "A share of {stay_anyway} would stay and {new_anyway} would come anyway. Counting only those whom the money moved, how many times as much does a new guest cost?"), min=0, max=10, step=0.1, start=5),
        picture=Lines(
            x=Axis(Text("不花钱也会留下的会员（%）", "Members who would stay anyway (%)"), 0, 65), y=Axis(Text("新客成本是老客的几倍", "New guest's cost as a multiple")),
            lines=(Line("extra_curve", Text("钱打动的", "Only those moved"), "accent"), Line("average_curve", Text("总账相除", "As they stand"), "muted", dashed=True)),
            marks=(Mark("now", NOW),), guess="y",
        ),
        readouts=(
            Readout("average_ratio", Text("总账相除", "As they stand"), "times"), Readout("extra_ratio", Text("只算钱打动的人", "Only those moved"), "times"),
            Readout("extra_new", Text("真正拉来一位", "One guest won"), "money"), Readout("extra_kept", Text("真正留住一位", "One guest kept"), "money"),
        ),
    ),),
    tasks=(Task(
        "ratio", Text("先记下五倍。再把“不花钱也会留下的会员”拖到0.60，然后拖到0.65，最后把“不花钱也会来的新客”拖到0.20。", "Note the five times. Move the members who would stay anyway to 0.60, then to 0.65; then the new guests who would come anyway to 0.20."),
        Text("会员里有六成本来就留，五倍只剩1.25倍；六成五，不到一倍；再算上自己会来的新客，又回到1.17倍。五倍靠的是一个假设：不花钱，一个都不留，一个都不来。", "If 60% stay of their own accord, five becomes 1.25; at 65% less than one; with guests who come unasked it is 1.17 again. Five rests on one assumption: without the money nobody would stay and nobody come."),
        set={"stay_anyway": 0, "new_anyway": 0, "acquisition_budget": 50, "retention_budget": 32, "retention": 0.8},
    ),),
)

silence = Simulation(
    name="popular-silence", chapter=8, title=Text("180天没来，就是流失", "Not seen for 180 days is lost"),
    modes=(Mode(
        name="rule", title=Text("线画在哪里", "Where the line is drawn"),
        intro=Text("没有合同的生意，客人走了不会告诉你。店里画一条线：180天没来算流失。假定名单上有些人早走了，其余的人来得不定，平均{interval}天一次（教学假设）。线那边的人，有几成其实没走？", "Without a contract, guests do not say goodbye. The hotel draws a line: 180 days unseen is lost. Suppose some on file left long ago and the others come at random, once in {interval} days on average (teaching assumption). How many beyond the line have not left?"),
        model=lifetime_value.silence_rule,
        controls=(
            Slider("days", Text("几天没来算流失", "Days unseen that count as lost"), 30, 720, step=10, start=180),
            Slider("interval", Text("还在的客人平均几天来一次", "Mean days between visits of those who stay"), 10, 365, step=5, start=120),
            Slider("alive", Text("名单上其实还在的", "Share on file who have not left"), 0.1, 0.95, step=0.05, start=0.65),
        ),
        prediction=PredictValue("wrong", Text("{days}天没来的人里，百分之几其实还会再来？", "Of those unseen for {days} days, what per cent will come again?"), min=0, max=100, step=1, start=10),
        picture=Lines(
            x=Axis(Text("几天没来算流失（天）", "Days unseen that count as lost"), 30, 720), y=Axis(Text("比例（%）", "Share (%)"), 0, 100),
            lines=(Line("wrong_curve", Text("名单里冤枉的", "Wrongly listed"), "bad"), Line("alive_curve", Text("还在的被误判", "Still there, listed"), "neutral", dashed=True)),
            marks=(Mark("days", NOW),), guess="y",
        ),
        readouts=(Readout("wrong", Text("判走的人里冤枉的", "Wrongly counted as lost"), "percent"), Readout("listed", Text("判走的占全部", "Counted as lost"), "percent"), Readout("alive_listed", Text("还在的人里误判的", "Of those still there, misjudged"), "percent")),
    ),),
    tasks=(Task(
        "rule", Text("规则还是180天。把平均几天来一次调到30（早餐店），再调到365（度假酒店）。", "Keep 180 days. Set the days between visits to 30 (a breakfast shop), then to 365 (a resort)."),
        Text("早餐店180天没来，几乎没有冤枉的；度假酒店的名单上，一半多的人其实没走。同一条线，对不对要看客人本来多久来一次。", "For the breakfast shop hardly anyone is wronged; at the resort over half of the list has not left. Whether a line is right depends on how often guests come anyway."),
        set={"days": 180, "interval": 120, "alive": 0.65},
    ),),
)

referral = Simulation(
    name="popular-referral", chapter=7, title=Text("一个满意的顾客引来8笔生意", "One satisfied customer, eight possible sales"),
    modes=(Mode(
        name="sales", title=Text("“至少1笔”要多大的转化率", "What “at least one” takes"),
        intro=Text("照单全收：一位满意的客人让{told}个人动了心。“其中至少1笔成交”，要求每个人有多大的可能真的来？", "Take it at face value: a satisfied guest interests {told} people. “At least one of them buys”: how likely must each be to come?"),
        model=loyalty.referral,
        controls=(
            Slider("told", Text("动了心的人", "People interested"), 1, 20, step=1, start=8),
            Slider("conversion", Text("每个人真来的可能", "Chance that each comes"), 0, 0.6, step=0.005, start=0.125, help=Text("0.125：8个里平均1个", "0.125: one in eight on average")),
        ),
        prediction=PredictValue("at_least_one", Text("{told}个人，每人真来的可能是{conversion}。至少来一个的机会有百分之几？", "{told} people, each coming with chance {conversion}. How likely is at least one?"), min=0, max=100, step=1, start=100),
        picture=Lines(
            x=Axis(Text("每个人真来的可能（%）", "Chance that each comes (%)"), 0, 60), y=Axis(Text("至少来一个的机会（%）", "Chance of at least one (%)"), 0, 100),
            lines=(Line("curve", Text("至少来一个", "At least one"), "accent"),), marks=(Mark("now", NOW), Mark("sure", Text("95%把握", "95% sure"))), guess="y",
        ),
        readouts=(Readout("sales", Text("平均成交几笔", "Sales on average")), Readout("at_least_one", Text("至少1笔的机会", "Chance of at least one"), "percent"), Readout("needed", Text("要有95%的把握，每人得有", "Needed of each for 95%"), "percent")),
    ),),
    tasks=(Task(
        "sales", Text("每人12.5%，8个人平均正好1笔，至少1笔的机会却不是100%。调到多少才有95%？", "At 12.5% eight people make one sale on average, yet the chance of at least one is not 100%. Where is it 95%?"),
        Text("“平均1笔”只有66%的机会“至少1笔”；要有95%的把握，每人得有31%的可能真来。平均数不是保底数。", "One on average is at least one only 66% of the time; 95% takes a chance of 31% each. A mean is not a minimum."),
        set={"told": 8, "conversion": 0.125},
    ),),
)

grapevine = Simulation(
    name="popular-grapevine", chapter=7, title=Text("一个不满意的顾客影响25个人", "One dissatisfied customer influences 25"),
    modes=(Mode(
        name="retelling", title=Text("数到第几手", "How many hands"),
        intro=Text("一位客人受了气，告诉{told}个人，每个人又转告几个。数到第几手才停？听见的人里，有几成真的改了主意？数字都是教学假设。", "An angry guest tells {told} people, who pass it on. After how many hands does one stop counting? And how many who hear it change their minds? All numbers are teaching assumptions."),
        model=loyalty.retelling,
        controls=(
            Slider("told", Text("亲口告诉几个人", "Told in person"), 1, 25, step=1, start=10),
            Slider("passed", Text("听的人每人再转告几个", "Each hearer tells"), 0, 2, step=0.1, start=1.5),
            Slider("hands", Text("数到第几手", "Hands counted"), 1, 4, step=1, start=2, help=Text("1：只数亲耳听到的；2：连听人转述的也数", "1: only those told in person; 2: those told by them too")),
            Slider("changed", Text("听见的人里真的改主意的", "Share of hearers who change their minds"), 0, 1, step=0.05, start=0.2),
        ),
        prediction=PredictValue("reached", Text("亲口告诉{told}个人，每人再转告{passed}个，数到第{hands}手，一共几个人听见？", "{told} are told, each tells {passed} more, {hands} hands counted. How many hear of it?"), min=0, max=150, step=1, start=10),
        picture=Lines(
            x=Axis(Text("听的人每人再转告几个（人）", "Each hearer tells (people)"), 0, 2), y=Axis(Text("人数", "People")),
            lines=(Line("reached_curve", Text("听见了", "Hear of it"), "bad"), Line("moved_curve", Text("改了主意", "Change their minds"), "accent")), marks=(Mark("passed", NOW),), guess="y",
        ),
        readouts=(Readout("direct", Text("亲耳听到", "Told in person"), "count"), Readout("reached", Text("一共听见", "Hear of it in all"), "count"), Readout("moved", Text("真的改主意", "Change their minds"), "count")),
    ),),
    tasks=(Task(
        "retelling", Text("现在正好25个人。只动“数到第几手”，从1到4；再回到2，把改主意的比例调到0.05。", "It is 25 people now. Move only the hands, from 1 to 4; then back to 2, and set the share who change their minds to 0.05."),
        Text("同一件事，数一手是10个，两手25个，三手48个，四手81个。25是“数到第二手”的结果；而真的改主意的，可以是5个，也可以是1个。", "The same story reaches 10, 25, 48 or 81, by one to four hands. The 25 comes of stopping at the second, and those who change their minds may be five or one."),
        set={"told": 10, "passed": 1.5, "hands": 2, "changed": 0.2},
    ),),
)

ranking = Simulation(
    name="popular-ranking", chapter=7, title=Text("制止破坏者，回报最高", "Stopping a defector pays best"),
    modes=(Mode(
        name="returns", title=Text("两笔账", "Two accounts"),
        intro=Text("一笔钱，花在安抚一位到处说坏话的客人身上，还是花在造就一位替你说好话的客人身上？每挡住或带来一位客人值1000元，造就一位宣传者花300元，三成能成，他告诉4个人（教学假设）。", "Is money better spent on calming a guest who warns everyone off, or on making one who recommends you? A guest kept or won is worth 1,000 yuan; an apostle costs 300, succeeds three times in ten and tells 4 people (teaching assumptions)."),
        model=loyalty.stop_or_make, fixed={"told_good": 4, "make_cost": 300, "made": 0.3, "value": 1000},
        controls=(
            Slider("stopped", Text("安抚得住的机会", "Chance of calming"), 0, 1, step=0.05, start=0.3, help=Text("0：天生的，劝不动", "0: born that way, cannot be calmed")),
            Slider("stop_cost", Text("安抚一位花多少（元）", "Cost of calming (yuan)"), 50, 1000, step=50, start=300),
            Slider("told_bad", Text("他会告诉几个人", "People he would tell"), 0, 25, step=1, start=10),
            Slider("lost_share", Text("听到坏话不来的", "Put off by a bad word"), 0, 1, step=0.05, start=0.2),
            Slider("conversion", Text("听到好话会来的", "Won by a good word"), 0, 1, step=0.05, start=0.1),
        ),
        prediction=PredictValue("ratio", Text("安抚成功的机会是{stopped}。安抚的回报是造就宣传者的几倍？", "Calming works with chance {stopped}. How many times the return of making an apostle?"), min=0, max=10, step=0.1, start=1),
        picture=Lines(
            x=Axis(Text("安抚得住的机会（%）", "Chance of calming (%)"), 0, 100), y=Axis(Text("花1元换回（元）", "Yuan back per yuan")),
            lines=(Line("stop_curve", Text("安抚破坏者", "Calm"), "bad"), Line("make_curve", Text("造就宣传者", "Make an apostle"), "good", dashed=True)),
            marks=(Mark("now", NOW), Mark("even", Text("一样", "Even"))),
        ),
        readouts=(Readout("stop_return", Text("安抚：花1元换回（元）", "Calming: yuan back per yuan")), Readout("make_return", Text("造就：花1元换回（元）", "Making: yuan back per yuan")), Readout("ratio", Text("前者是后者的", "First to second"), "times")),
    ),),
    tasks=(Task(
        "returns", Text("现在的假设下，安抚排第一。先把“安抚得住的机会”调到0.05，再调回0.30，改把“听到好话会来的”调到0.50。", "Under these assumptions calming comes first. Set its chance to 0.05; then back to 0.30, and set those won by a good word to 0.50."),
        Text("机会降到5%，排序就倒过来：那句话自己说破坏者是“天生的”，真是天生，机会就近于0，回报反而比造就宣传者低。好话的转化率到了五成，两边正好打平。排序是假设的产物，不是定律。", "At 5% the order is reversed: the claim itself calls defectors born, and if they are, the chance is near 0 and the return below that of making an apostle. With half won by a good word both are even. The order is made by the assumptions."),
        set={"stopped": 0.3, "stop_cost": 300, "told_bad": 10, "lost_share": 0.2, "conversion": 0.1},
    ),),
)

staff = Simulation(
    name="popular-staff", chapter=12, title=Text("员工满意3个点，顾客满意5%", "3 points of staff, 5% of guests"),
    modes=(Mode(
        name="slope", title=Text("点和百分比", "Points and per cent"),
        intro=Text("员工满意度提高{rise}个百分点，顾客满意度提高百分之几？要看两件事：员工每提高10点带动顾客几点；顾客原来在几点。西尔斯的数据折算过来是10比2.6（单位是他们自己的）。", "Staff satisfaction rises by {rise} points: by what per cent does the guests' rise? It takes two numbers: how many points of theirs follow ten of the staff's, and where theirs stood. Sears's own data come to 2.6, in units of its own."),
        model=loyalty.staff_to_guests,
        controls=(
            Slider("rise", Text("员工满意提高（点）", "Rise of the staff (points)"), 0, 5, step=0.5, start=3),
            Slider("per_ten", Text("员工10点带动顾客几点", "Guests' points per ten of the staff"), 0, 20, step=0.2, start=10),
            Slider("base", Text("顾客满意原来几点", "Guests' satisfaction before"), 30, 95, step=1, start=60, help=Text("满分100", "Out of 100")),
        ),
        prediction=PredictValue("percent", Text("员工10点带动顾客{per_ten}点，顾客原来{base}点。员工提高{rise}点，顾客提高百分之几？", "Ten points move the guests by {per_ten}, from {base}. The staff's rises by {rise}: by what per cent do the guests'?"), min=0, max=20, step=0.1, start=2),
        picture=Lines(
            x=Axis(Text("员工10点带动顾客几点", "Guests' points per ten of the staff"), 0, 20), y=Axis(Text("顾客满意提高（%）", "Guests' satisfaction up by (%)")),
            lines=(Line("curve", Text("提高", "Rise"), "accent"), Line("claimed", Text("5%", "5%"), "muted", dashed=True)),
            marks=(Mark("per_ten", NOW), Mark("sears", Text("西尔斯", "Sears"))), guess="y",
        ),
        readouts=(Readout("points", Text("顾客满意提高（点）", "Guests more satisfied by (points)")), Readout("percent", Text("顾客满意提高", "Guests more satisfied by"), "percent")),
    ),),
    tasks=(Task(
        "slope", Text("不动别的，先把顾客原来的满意从60调到90；再调回60，把“带动”调到西尔斯的2.6。", "Change only where the guests stood, from 60 to 90; then back to 60, and set it to 2.6 per ten as at Sears."),
        Text("3点对3点，写成百分比，在60点上是5%，在90点上是3.3%：那个“5%”可能只是换了单位。若照西尔斯的10比2.6，3点只换来1.3%。", "Three points for three are 5% of 60 and 3.3% of 90: the 5% may be nothing but a change of unit. At 2.6 per ten, as at Sears, three points bring 1.3%."),
        set={"rise": 3, "per_ten": 10, "base": 60},
    ),),
)

pareto = Simulation(
    name="popular-pareto", chapter=9, title=Text("20%的顾客带来80%的利润", "20% of customers, 80% of profit"),
    modes=(Mode(
        name="whale", title=Text("有多悬殊，服务要花多少", "How unequal, and what serving costs"),
        intro=Text("把客人按花钱多少排队，从多到少累加。悬殊到什么程度由一个数决定（数学上是对数正态分布的离散程度）；服务谁都要花一笔差不多的钱，所以销售额和利润是两条线。", "Line the guests up from the biggest spender down and add up. How unequal they are is one number (the spread of a lognormal distribution); serving anyone costs about the same, so sales and profit are two lines."),
        model=segmentation.lognormal_whale, fixed={"top": 0.2},
        controls=(
            Slider("spread", Text("花钱的悬殊程度", "How unequal spending is"), 0.1, 3, step=0.05, start=1.7, help=Text("时间越短、把只来一次的也算上，就越大", "Larger over a short time and with one-time guests counted")),
            Slider("cost", Text("服务一位的成本占人均销售额", "Cost of serving one, in mean sales"), 0, 0.6, step=0.05, start=0, help=Text("教学假设：人人一样多", "Teaching assumption: the same for everyone")),
        ),
        prediction=PredictValue("sales_top", Text("悬殊程度{spread}。花得最多的20%占销售额的百分之几？", "At a spread of {spread}, what per cent of sales do the top 20% bring?"), min=20, max=100, step=1, start=50),
        picture=Lines(
            x=Axis(Text("客人，花得最多的在前（%）", "Guests, biggest spenders first (%)"), 0, 100), y=Axis(Text("累计占比（%）", "Cumulative share (%)")),
            lines=(Line("profit_curve", Text("利润", "Profit"), "accent"), Line("sales_curve", Text("销售额", "Sales"), "neutral", dashed=True)), marks=(Mark("best", Text("累计到", "Up to")),),
        ),
        readouts=(
            Readout("sales_top", Text("前20%占销售额", "Top 20% of sales"), "percent"), Readout("profit_top", Text("前20%占利润", "Top 20% of profit"), "percent"),
            Readout("half", Text("几成客人带来一半销售额", "Guests who bring half of sales"), "percent"), Readout("losing", Text("倒贴的客人", "Guests served at a loss"), "percent"),
        ),
    ),),
    tasks=(Task(
        "whale", Text("悬殊程度1.7、没有服务成本，是80/20。把悬殊程度调到1.2，再把服务成本调到0.40。", "At a spread of 1.7 without cost it is 80/20. Set the spread to 1.2, then the cost to 0.40."),
        Text("悬殊程度1.2，前20%占销售额64%；加上四成的服务成本，同一批人占利润的93%，曲线还冲过100%，因为四成多的客人在倒贴。“80”是某一种悬殊的结果，销售额和利润各有各的数。", "At 1.2 the top 20% bring 64% of sales; with a cost of 0.40 the same people bring 93% of profit and the curve passes 100%, because over four in ten are served at a loss. The 80 belongs to one degree of inequality, and sales and profit have numbers of their own."),
        set={"spread": 1.7, "cost": 0},
    ),),
)

authors = Simulation(
    name="popular-authors", chapter=1, title=Text("出处是怎样走样的", "How an author gets lost"),
    modes=(Mode(
        name="retold", title=Text("转述几次之后", "After some retellings"),
        intro=Text("一个数字有真实的出处。每转述一次，有{dropped}的机会漏掉作者；没有作者的数字，每次有{upgraded}的机会安上一个更响的名字，安上就不再改（教学假设）。转了几手，还有几成写得对？", "A number has a real author. At each retelling the author is dropped with chance {dropped}; a number without one is given a more famous name with chance {upgraded}, which stays (teaching assumptions). How many copies are right after some hands?"),
        model=loyalty.retold,
        controls=(
            Slider("times", Text("转述几次", "Retellings"), 0, 12, step=1, start=6),
            Slider("dropped", Text("漏掉作者的机会", "Chance of dropping the author"), 0, 1, step=0.05, start=0.3),
            Slider("upgraded", Text("安上名人的机会", "Chance of a famous name"), 0, 1, step=0.05, start=0.4),
        ),
        prediction=PredictValue("famous", Text("转述{times}次之后，百分之几的版本挂在名人名下？", "After {times} retellings, what per cent carry a famous name?"), min=0, max=100, step=1, start=20),
        picture=Lines(
            x=Axis(Text("转述几次（次）", "Retellings"), 0, 12), y=Axis(Text("版本（%）", "Copies (%)"), 0, 100),
            lines=(Line("right_path", Text("出处对", "Right"), "good"), Line("nameless_path", Text("没有出处", "None"), "muted", dashed=True), Line("famous_path", Text("挂名人", "Famous"), "bad")), marks=(Mark("times", NOW),), guess="y",
        ),
        readouts=(Readout("right", Text("出处还对", "Right author"), "percent"), Readout("nameless", Text("没有出处", "No author"), "percent"), Readout("famous", Text("挂在名人名下", "Famous author"), "percent")),
    ),),
    tasks=(Task(
        "retold", Text("把漏掉作者的机会从0.30降到0.05：每个人转述时都记得写出处。再看第6次。", "Lower the chance of dropping the author from 0.30 to 0.05: everyone cites. Look at the sixth retelling again."),
        Text("三成的人漏写，转六手就只剩12%写得对，近七成挂在名人名下；只有半成漏写，还有74%是对的。不用有人造假，懒得写出处就够了。", "With three in ten careless, six hands leave 12% right and nearly 70% under a famous name; with one in twenty, 74% are right. It takes no forger, only people who do not cite."),
        set={"times": 6, "dropped": 0.3, "upgraded": 0.4},
    ),),
)

CUSTOMERS = (defection, ratio, silence, referral, grapevine, ranking, staff, pareto, authors)
