"""Popular numbers on encounters, capacity, value and price: simulations of appendix A."""
from service_marketing.models import capacity, skills, value

from .spec import Axis, Line, Lines, Mark, Mode, PredictValue, Readout, Simulation, Slider, Step, Task, Text, Waterfall

NOW = Text("现在", "Now")
ATTITUDE = {"min": -1, "max": 1}

channels = Simulation(
    name="popular-channels", chapter=5, title=Text("7%、38%、55%", "7%, 38%, 55%"),
    modes=(Mode(
        name="clash", title=Text("什么时候权重才要紧", "When weights matter"),
        intro=Text("一句话，字面、语调、表情各从−1（反感）到1（喜欢）打分。三条线是三种算法：照7-38-55加权，三样一样重，只听字面。三样打架时，三条线差得远；三样一致呢？", "The words, the tone and the face of a sentence each score from −1 (dislike) to 1 (liking). Three lines, three ways to add them up: 7-38-55, equal weights, words alone. They differ when the channels clash; and when they agree?"),
        model=skills.channels,
        controls=(
            Slider("words", Text("字面", "Words"), step=0.1, start=0.8, **ATTITUDE), Slider("tone", Text("语调", "Tone"), step=0.1, start=-0.8, **ATTITUDE), Slider("face", Text("表情", "Face"), step=0.1, start=-0.8, **ATTITUDE),
        ),
        prediction=PredictValue("mehrabian", Text("字面{words}，语调{tone}，表情{face}。按7-38-55，听起来是几分？", "Words {words}, tone {tone}, face {face}. What does 7-38-55 make of it?"), min=-1, max=1, step=0.05, start=0),
        picture=Lines(
            x=Axis(Text("语调", "Tone"), -1, 1), y=Axis(Text("听出来的好恶", "Liking heard"), -1, 1),
            lines=(Line("by_mehrabian", Text("7-38-55", "7-38-55"), "accent"), Line("by_equal", Text("三样一样重", "Equal weights"), "b"), Line("by_words", Text("只听字面", "Words alone"), "muted", dashed=True)), marks=(Mark("tone", NOW),), guess="y",
        ),
        readouts=(Readout("mehrabian", Text("按7-38-55", "By 7-38-55")), Readout("equal", Text("三样一样重", "Equal weights")), Readout("verbal", Text("只听字面", "Words alone")), Readout("spread", Text("三种算法最多差", "Largest difference"))),
    ),),
    tasks=(Task(
        "clash", Text("现在嘴上说好，语调和表情都冷。把语调和表情也调到0.8，再看三个数。", "The words are kind, tone and face are cold. Set tone and face to 0.8 as well and look at the three numbers."),
        Text("三样一致，三种算法全是0.80，谁占百分之几都一样。这几个百分数只在打架时才有意义，问的也只是喜不喜欢；几点退房、押金多少，还得靠那7%的字面。", "When the channels agree all three say 0.80, whatever the weights. The percentages mean something only in a clash, and only about liking; the check-out time and the deposit are in the words."),
        set={"words": 0.8, "tone": -0.8, "face": -0.8},
    ),),
)

stories = Simulation(
    name="popular-stories", chapter=5, title=Text("一张微笑签下大单，一次耐心卖出八台车", "One smile, one great sale"),
    modes=(Mode(
        name="heroes", title=Text("从多少人里挑出来的", "Picked from how many"),
        intro=Text("{people}位业务员，有{habit}的人练微笑、对谁都耐心（1就是全部）。先假定微笑一点用也没有：碰上大单全凭运气，每人的机会是{chance}（教学假设）。会不会照样有人成为故事的主角？主角里有几成是爱笑的？", "Of {people} who sell, a share of {habit} smiles and is patient with everyone. Suppose it does nothing: a great sale is luck, with a chance of {chance} each (teaching assumptions). Will there be a hero all the same, and will the hero have smiled?"),
        model=skills.success_stories,
        controls=(
            Slider("people", Text("一共多少位业务员", "How many sell"), 100, 10000, step=100, start=1000),
            Slider("chance", Text("每人碰上大单的机会", "Chance of a great sale"), 0.0001, 0.01, step=0.0001, start=0.001, help=Text("0.001：一千人里一个", "0.001: one in a thousand")),
            Slider("habit", Text("爱笑、耐心的人占几成", "Share who smile"), 0.1, 0.95, step=0.05, start=0.7),
            Slider("lift", Text("微笑让机会变成几倍", "The smile multiplies the chance by"), 0.5, 3, step=0.1, start=1, help=Text("1：没有用；2：翻一番", "1: it does nothing; 2: it doubles it")),
        ),
        prediction=PredictValue("any_hero", Text("{people}个人，每人的机会是{chance}。至少冒出一位主角的可能有百分之几？", "{people} people, each with a chance of {chance}. How likely is at least one hero?"), min=0, max=100, step=1, start=10),
        picture=Lines(
            x=Axis(Text("业务员（位）", "People who sell"), 0, 10000), y=Axis(Text("至少一位主角的可能（%）", "Chance of a hero (%)"), 0, 100),
            lines=(Line("curve", Text("至少一位", "At least one"), "accent"),), marks=(Mark("people", NOW),), guess="y",
        ),
        readouts=(Readout("any_hero", Text("至少一位主角", "At least one hero"), "percent"), Readout("heroes", Text("平均几位主角", "Heroes on average")), Readout("habit_of_heroes", Text("主角里爱笑的", "Heroes who smile"), "percent"), Readout("habit_of_all", Text("所有人里爱笑的", "All who smile"), "percent")),
    ),),
    tasks=(Task(
        "heroes", Text("微笑没有用，看主角里爱笑的占几成。把人数拖到5000；再把“微笑让机会变成几倍”调到2。", "With a smile that does nothing, see how many heroes smile. Move the people to 5,000; then let the smile double the chance."),
        Text("没有用的时候，主角里照样七成爱笑，因为所有人里七成爱笑；五千人里几乎一定有主角。真的有用，这个数是82%。要知道有没有用，得拿主角和没成的人比，单看主角看不出来。", "When it does nothing, 70% of the heroes smile, because 70% of everybody do, and among 5,000 a hero is all but certain. If it worked, it would be 82%. The heroes alone cannot tell: compare them with those who failed."),
        set={"people": 1000, "chance": 0.001, "habit": 0.7, "lift": 1},
    ),),
)

repair = Simulation(
    name="popular-repair", chapter=1, title=Text("两小时上门和两天上门", "Two hours or two days"),
    modes=(Mode(
        name="hours", title=Text("热，还是失信", "The heat or the promise"),
        intro=Text("空调坏了，室外{temperature}度，答应{promised}小时内来修。客人损失的有两样：热着的每个小时，和答应了没来的每个小时（折成钱，教学假设）。两小时和两天差多少？", "The air conditioning failed at {temperature} °C; repair was promised within {promised} hours. A guest loses by every hot hour and by every hour after the promise (in yuan, teaching assumptions). What lies between two hours and two days?"),
        model=capacity.repair_wait,
        controls=(
            Slider("temperature", Text("室外气温（℃）", "Temperature (°C)"), 20, 42, step=1, start=36),
            Slider("per_degree", Text("26度以上，每度每小时（元）", "Yuan per degree above 26 and hour"), 0, 5, step=0.1, start=1),
            Slider("promised", Text("答应几小时内到", "Hours promised"), 1, 72, step=1, start=2),
            Slider("broken", Text("失信每小时（元）", "Yuan per hour late"), 0, 30, step=1, start=10),
        ),
        prediction=PredictValue("difference", Text("{temperature}度，答应{promised}小时。两天修好比两小时修好，客人多损失多少元？", "{temperature} °C, {promised} hours promised. How many yuan more does a guest lose in two days than in two hours?"), min=0, max=2000, step=10, start=500),
        picture=Lines(
            x=Axis(Text("几小时修好（小时）", "Hours until repaired"), 0, 72), y=Axis(Text("客人的损失（元）", "Loss of the guest (yuan)")),
            lines=(Line("loss_curve", Text("热和失信", "Heat and promise"), "bad"), Line("heat_curve", Text("只算热", "Heat alone"), "neutral", dashed=True)), marks=(Mark("promised", Text("答应的", "Promised")),),
        ),
        readouts=(Readout("difference", Text("两天比两小时多损失", "Two days cost more by"), "money"), Readout("two", Text("两小时修好", "In two hours"), "money"), Readout("days", Text("两天修好", "In two days"), "money"), Readout("of_heat", Text("相差里，热的部分", "Of that, from the heat"), "money"), Readout("of_promise", Text("失信的部分", "Of that, from the broken promise"), "money")),
    ),),
    tasks=(Task(
        "hours", Text("把“答应几小时内到”从2调到48，再把气温从36调到27。", "Change the hours promised from 2 to 48, then the temperature from 36 to 27."),
        Text("差920元，一半是热，一半是失信。改口答应两天、两天到，失信的一半就没了；天也不热，只差46元。“天壤之别”有多宽，看天气，更看你先前怎么说。", "Of 920 yuan half is heat and half the promise. Promise two days and keep it, and that half is gone; in mild weather 46 yuan are left. How wide the gulf is depends on the weather and on what was said."),
        set={"temperature": 36, "per_degree": 1, "promised": 2, "broken": 10},
    ),),
)

utilisation = Simulation(
    name="popular-utilisation", chapter=10, title=Text("85%的利用率最有效率", "85% utilisation is best"),
    modes=(Mode(
        name="knee", title=Text("几个窗口", "How many windows"),
        intro=Text("{servers}个窗口排一条队，平均{service_time}分钟办一位。忙到几成，等待就和服务本身一样长？把它当作“拐点”。", "{servers} windows share one line; a guest takes {service_time} minutes. At what utilisation is the wait as long as the service itself? Call it the knee."),
        model=capacity.knee,
        controls=(
            Slider("servers", Text("窗口", "Windows"), 1, 10, step=1, start=5),
            Slider("variation", Text("忽多忽少的程度", "How uneven it all is"), 0.25, 3, step=0.25, start=1, help=Text("1：客人随到；预约会让它变小", "1: guests come at random; appointments lower it")),
            Slider("rho", Text("现在忙几成", "Utilisation now"), 0.25, 0.97, step=0.01, start=0.85),
            Slider("service_time", Text("办一位几分钟", "Minutes a guest"), 1, 6, step=0.5, start=3),
        ),
        prediction=PredictValue("knee", Text("{servers}个窗口。忙到百分之几，等待和服务一样长？", "{servers} windows. At what utilisation is the wait as long as the service?"), min=30, max=100, step=1, start=70),
        picture=Lines(
            x=Axis(Text("利用率（%）", "Utilisation (%)"), 25, 97), y=Axis(Text("平均等待（分钟）", "Mean wait (minutes)"), 0, 30),
            lines=(Line("common", Text("这几个窗口", "These windows"), "accent"), Line("separate", Text("一个窗口", "One window"), "muted", dashed=True)), marks=(Mark("use", NOW), Mark("knee_use", Text("拐点", "Knee"))), guess="x",
        ),
        readouts=(Readout("knee", Text("拐点", "Knee"), "percent"), Readout("wait", Text("现在等多久", "Wait now"), "minutes"), Readout("growth", Text("客人多一成，等待变成", "With 10% more guests, the wait is"), "times")),
    ),),
    tasks=(Task(
        "knee", Text("把窗口从5调到1，再调到10。然后回到5，把忽多忽少的程度调到0.25（全部预约）。", "Change the windows from 5 to 1, then to 10. Then back to 5, and set the unevenness to 0.25 (all by appointment)."),
        Text("一个窗口的拐点在50%，十个窗口在92%以上，五个窗口在86%，正好挨着85%；预约把它推到96%。85%是某种规模、某种波动的答案，不是排队论的常数。", "One window has its knee at 50%, ten above 92%, five at 86%, near the famous figure; appointments push it to 96%. 85% answers one size and one unevenness; queueing theory knows no such constant."),
        set={"servers": 5, "variation": 1, "rho": 0.85, "service_time": 3},
    ),),
)

overestimate = Simulation(
    name="popular-overestimate", chapter=10, title=Text("等待会被高估36%", "Waits are overestimated by 36%"),
    modes=(Mode(
        name="minutes", title=Text("等多久的人", "How long a wait"),
        intro=Text("感觉到的分钟，粗略地是“一开头多算的{fixed}分钟”加上“实际的{slope}倍”（教学假设）。同一条线，短的等待和长的等待，高估的百分数一样吗？", "A wait feels like {fixed} minutes at the start plus {slope} times what it is (teaching assumption). On the same line, is a short wait overestimated by the same percentage as a long one?"),
        model=capacity.overestimated_wait,
        controls=(
            Slider("actual", Text("实际等了（分钟）", "Actual wait (minutes)"), 0.5, 20, step=0.5, start=3),
            Slider("fixed", Text("一开头多算（分钟）", "Added at the start (minutes)"), 0, 3, step=0.1, start=0.9),
            Slider("slope", Text("每分钟感觉是几分钟", "A minute feels like (minutes)"), 0.75, 1.5, step=0.01, start=1.06),
        ),
        prediction=PredictValue("over_long", Text("等3分钟的人高估36%。同样的人等15分钟，高估百分之几？", "A wait of 3 minutes is overestimated by 36%. And one of 15 minutes?"), min=-30, max=60, step=1, start=36),
        picture=Lines(
            x=Axis(Text("实际等待（分钟）", "Actual wait (minutes)"), 0, 20), y=Axis(Text("高估（%）", "Overestimated by (%)")),
            lines=(Line("curve", Text("高估", "Overestimate"), "accent"), Line("claimed", Text("36%", "36%"), "muted", dashed=True)), marks=(Mark("actual", NOW),),
        ),
        readouts=(Readout("felt", Text("感觉等了", "Felt like"), "minutes"), Readout("over", Text("高估", "Overestimated by"), "percent"), Readout("over_long", Text("等15分钟的人，高估", "At 15 minutes"), "percent")),
    ),),
    tasks=(Task(
        "minutes", Text("实际等待从3分钟拖到1分钟，再拖到15分钟。", "Move the actual wait from 3 minutes to 1, then to 15."),
        Text("同样的人、同样的习惯，等1分钟高估96%，等3分钟36%，等15分钟只有12%。说“高估百分之几”，先要说等了多久。", "The same people overestimate 1 minute by 96%, 3 by 36% and 15 by only 12%. A percentage says nothing without the length of the wait."),
        set={"actual": 3, "fixed": 0.9, "slope": 1.06},
    ),),
)

tenth = Simulation(
    name="popular-tenth", chapter=10, title=Text("多接待一成，生产率高一成", "A tenth more guests, a tenth more output"),
    modes=(Mode(
        name="busier", title=Text("忙到哪里", "How busy already"),
        intro=Text("人手不变，多接待{extra}的客人（1就是一倍）。忙到八成以前质量不变，八成以上每多忙一成掉1.2分；质量掉1分，每位客人带来的少{point_value}（教学假设）。", "The same people serve {extra} more guests. Up to 80% utilisation quality stays; beyond, ten points of it cost 1.2 points of quality, and a point costs {point_value} of what a guest brings (teaching assumptions)."),
        model=capacity.busier, fixed={"optimum": 0.8, "fall": 12},
        controls=(
            Slider("rho", Text("现在忙几成", "Utilisation now"), 0.4, 0.98, step=0.01, start=0.7),
            Slider("extra", Text("多接待的客人", "More guests"), 0, 0.3, step=0.01, start=0.1),
            Slider("point_value", Text("质量1分值每位客人的几成", "A point of quality, as a share"), 0, 0.3, step=0.01, start=0.08),
        ),
        prediction=PredictValue("change", Text("现在忙{rho}，多接待{extra}。同样的工时，带来的价值多百分之几？", "At {rho} utilisation with {extra} more guests: by what per cent does the value earned rise?"), min=-20, max=30, step=0.5, start=10),
        picture=Lines(
            x=Axis(Text("现在忙几成（%）", "Utilisation now (%)"), 40, 98), y=Axis(Text("变化（%）", "Change (%)")),
            lines=(Line("change_curve", Text("带来的价值", "Value earned"), "accent"), Line("served_curve", Text("接待的人数", "Guests served"), "muted", dashed=True)), marks=(Mark("now", NOW),), guess="y",
        ),
        readouts=(Readout("served", Text("多接待", "More guests"), "percent"), Readout("change", Text("价值多", "More value"), "percent"), Readout("quality_before", Text("原来的质量（分）", "Quality before")), Readout("quality_after", Text("现在的质量（分）", "Quality after"))),
    ),),
    tasks=(Task(
        "busier", Text("现在忙七成，把它拖到0.85。再把“质量1分值几成”调到0，然后调到0.15。", "Move the utilisation from 0.7 to 0.85. Then set the worth of a point to 0, then to 0.15."),
        Text("忙七成，一成换一成；忙八成半，一成只换1%；1分值一成五的时候还要倒贴。只有质量不值钱（0），那句话才处处成立。", "At 70% a tenth brings a tenth; at 85% it brings 1%, and less than nothing when a point is worth 0.15. Only where quality is worth nothing does the saying always hold."),
        set={"rho": 0.7, "extra": 0.1, "point_value": 0.08},
    ),),
)

clearance = Simulation(
    name="popular-clearance", chapter=11, title=Text("四十万积压，预亏十万，实赚五万", "Stock of 400,000: a loss of 100,000, a gain of 50,000"),
    modes=(Mode(
        name="shop", title=Text("补上没说的那一笔", "What the story leaves out"),
        intro=Text("账上成本40万元的积压，标价半价卖光。标价60万元，账面亏10万；要“实赚5万”，缺的15万从哪里来？可以是标价更高，可以是客流在别处买了东西。拖动看看。", "Stock that cost 400,000 yuan is sold off at half the list price. With a list value of 600,000 the books lose 100,000; for a gain of 50,000, another 150,000 is needed. It may come from a higher list value, or from what the visitors bought elsewhere."),
        model=value.shop, fixed={"book_cost": 40},
        controls=(
            Slider("list_value", Text("原标价合计（万元）", "List value (10,000 yuan)"), 20, 150, step=5, start=60),
            Slider("other_profit", Text("别的柜台多赚（万元）", "Profit elsewhere (10,000 yuan)"), 0, 30, step=1, start=15),
            Slider("paid", Text("几折（0.5是半价）", "Share of the list price"), 0.1, 1, step=0.05, start=0.5),
            Slider("sold", Text("卖掉几成", "Share sold"), 0.1, 1, step=0.05, start=1),
            Slider("running_cost", Text("办促销花的（万元）", "Cost of the sale (10,000 yuan)"), 0, 10, step=0.5, start=0),
            Slider("salvage", Text("不办的话，处理掉能得（万元）", "Worth without the sale (10,000 yuan)"), 0, 40, step=1, start=5),
        ),
        prediction=PredictValue("book_profit", Text("标价60万，半价卖光，别处多赚15万。账面上是亏是赚，多少元？", "List value 600,000, all sold at half, 150,000 earned elsewhere. Profit or loss in the books, in yuan?"), min=-300000, max=300000, step=10000, start=-100000),
        picture=Waterfall(
            axis=Axis(Text("金额（元）", "Amount (yuan)")),
            steps=(
                Step("list", Text("原标价", "List value"), total=True), Step("unsold", Text("没卖掉", "Unsold")), Step("markdown", Text("让利", "Markdown")), Step("running", Text("促销费", "Cost of the sale")), Step("others", Text("别处多赚", "Elsewhere")), Step("goods", Text("货的成本", "Cost of goods")), Step("book_profit", Text("账面盈亏", "Book profit"), total=True),
            ),
            format="money",
        ),
        readouts=(Readout("book_profit", Text("账面盈亏", "Book profit"), "money"), Readout("cash", Text("收回现金", "Cash"), "money"), Readout("better_by", Text("比不办多得现金", "Cash more than without"), "money"), Readout("needed", Text("账面赚5万要标价", "List value for a profit of 50,000"), "money")),
    ),),
    tasks=(Task(
        "shop", Text("把“别的柜台多赚”调到0，看账面；再把标价调到90。最后标价调回60，看“比不办多得现金”。", "Set the profit elsewhere to 0 and see the books; then the list value to 90. Last, put it back to 60 and look at the cash."),
        Text("同一批货，标价60万亏10万，标价90万赚5万，不能两样都是。就算账面亏10万，也比不办多得25万现金：货款早已花掉，卖不卖只看现金。故事的结论可以对，故事的账不全。", "The same stock cannot lose 100,000 at a list value of 600,000 and gain 50,000, which wants 900,000. Even with the book loss it brings 250,000 more cash than no sale: the goods are paid for. The moral may be right; the account is not whole."),
        set={"list_value": 60, "other_profit": 15, "paid": 0.5, "sold": 1, "running_cost": 0, "salvage": 5},
    ),),
)

price_cut = Simulation(
    name="popular-price-cut", chapter=11, title=Text("降价一成，多卖一成就回来了", "A tenth off, a tenth more sold"),
    modes=(Mode(
        name="margin", title=Text("毛利率有多高", "How large the margin"),
        intro=Text("降价{cut}，要多卖多少，毛利才和原来一样？少收的是全价的一截，多卖一份赚回来的只是降价后的毛利。", "Prices fall by {cut}. How much more must be sold to earn as much? Every sale loses a slice of the full price and a further one earns back only the margin that is left."),
        model=value.price_cut_curve,
        controls=(
            Slider("margin", Text("原来的毛利率", "Margin before"), 0.15, 1, step=0.01, start=1, help=Text("1：没有变动成本，比如空着的房间", "1: no variable cost, such as an empty room")),
            Slider("cut", Text("降价", "Price cut"), 0, 0.1, step=0.01, start=0.1),
        ),
        prediction=PredictValue("needed", Text("毛利率{margin}，降价{cut}。要多卖百分之几才不亏？", "Margin {margin}, price cut {cut}. How much more must be sold?"), min=0, max=150, step=1, start=10),
        picture=Lines(
            x=Axis(Text("原来的毛利率（%）", "Margin before (%)"), 15, 100), y=Axis(Text("要多卖（%）", "More to sell (%)")),
            lines=(Line("curve", Text("要多卖", "More to sell"), "accent"), Line("claimed", Text("降了多少", "The cut"), "muted", dashed=True)), marks=(Mark("now", NOW),), guess="y",
        ),
        readouts=(Readout("needed", Text("要多卖", "More to sell"), "percent"), Readout("profit_same", Text("只多卖和降价一样多，毛利是原来的", "With only as much more, profit is"), "percent")),
    ),),
    tasks=(Task(
        "margin", Text("把毛利率从1调到0.40，再调到0.20。", "Lower the margin from 1 to 0.40, then to 0.20."),
        Text("空房间那样没有变动成本的，要多卖一成一；毛利四成，要多卖三成三；毛利两成，要翻一番。“多卖一成”几乎只在卖空房间时成立。", "Without variable cost, as for an empty room, 11% more; at a margin of 40%, 33%; at 20%, twice as much. “A tenth more” is nearly true of empty rooms only."),
        set={"margin": 1, "cut": 0.1},
    ),),
)

OPERATIONS = (channels, stories, repair, utilisation, overestimate, tenth, clearance, price_cut)
