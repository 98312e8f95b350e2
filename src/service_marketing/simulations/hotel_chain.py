"""连锁酒店经营12季, the game of chapter 12: staff, service, guests and money, each feeding the next."""
from service_marketing.models import hotel_chain as model

from .game import Entry, Event, Game, Metric, sliders
from .spec import Axis, PredictValue, Readout, Text

POINTS = dict(min=1, max=9)

hotel_chain = Game(
    name="hotel-chain",
    chapter=12,
    title=Text("连锁酒店经营12季", "Twelve quarters of a hotel chain"),
    intro=Text(
        "悦来连锁在一座城里有600间房，从这一季起归你管。每季定六件事：工资、培训、授权、人手、承诺、赔付。12季之后，看赚了多少钱，也看留下了多少愿意再来的客人。数字都是教学假设。",
        "Yuelai has 600 rooms in one city, and from this quarter they are yours. Six decisions a quarter: pay, training, empowerment, staff, promise, compensation. After twelve, what counts is the money made and the guests who will come again. All numbers are teaching assumptions.",
    ),
    turns=model.QUARTERS,
    model=model.game,
    decisions=sliders(
        model.DECISIONS,
        wage=(Text("工资（当地行情的倍数）", "Pay (multiple of the local market)"), Text("行情工资每人每季1.5万元，行情会涨", "The market pays 15,000 yuan a quarter, and it moves")),
        training=(Text("培训（小时/人）", "Training (hours each)"), Text("每小时45元；手艺慢慢长，人走了就带走", "45 yuan an hour; skill grows slowly and leaves with people")),
        empowerment=(Text("授权", "Empowerment"), Text("不用请示、员工当场能拍板的事占几成", "Share of cases that staff may settle themselves")),
        staffing=(Text("人手（每百间房）", "Staff (per 100 rooms)"), Text("加一个人要花9000元招聘；裁一个人补偿1.5万元，自己走的不用补", "Hiring costs 9,000 yuan each; laying off 15,000, unless people leave by themselves")),
        promise=(Text("广告承诺（分）", "Promise (points)"), Text("广告把服务说到几分：说得高，新客多，期望也高", "How good the adverts say you are: more new guests, and higher expectations")),
        compensation=(Text("投诉赔付（元/起）", "Compensation (yuan a complaint)"), Text("客人投诉后平均补偿多少", "What a complaint gets on average")),
    ),
    predictions=(
        PredictValue("satisfaction", Text("这一季的客人满意度会是几分？", "What will guest satisfaction be?"), min=1, max=9, step=0.1, start=5),
        PredictValue("profit", Text("这一季的利润会是多少万元？", "What will the profit be (10,000 yuan)?"), min=-600, max=900, step=10, start=0),
    ),
    figures=(
        Readout("profit", Text("利润", "Profit"), "money"),
        Readout("satisfaction", Text("客人满意度", "Guest satisfaction")),
        Readout("retention", Text("愿意再来", "Would return"), "percent"),
        Readout("occupancy", Text("入住率", "Occupancy"), "percent"),
        Readout("complaints", Text("投诉", "Complaints"), "count"),
        Readout("turnover", Text("上季员工流失", "Staff who left last quarter"), "percent"),
    ),
    account=(
        Entry("revenue", Text("房费收入", "Room revenue"), cost=False),
        Entry("nights_cost", Text("住一晚的成本", "Cost of the nights")),
        Entry("wages", Text("工资", "Wages")),
        Entry("training", Text("培训", "Training")),
        Entry("hiring", Text("招聘与裁员", "Hiring and severance")),
        Entry("recovery", Text("投诉赔付", "Compensation")),
        Entry("fixed", Text("房租等固定成本", "Fixed costs")),
    ),
    metrics=(
        Metric("profit", Text("利润（万元）", "Profit (10,000 yuan)"), Axis(Text("万元", "10,000 yuan")), "money"),
        Metric("satisfaction", Text("客人满意度", "Guest satisfaction"), Axis(Text("分", "points"), **POINTS)),
        Metric("expectation", Text("客人的期望", "What guests expect"), Axis(Text("分", "points"), **POINTS)),
        Metric("quality", Text("服务质量", "Service quality"), Axis(Text("分", "points"), **POINTS)),
        Metric("skill", Text("员工手艺", "Staff skill"), Axis(Text("分", "points"), **POINTS)),
        Metric("morale", Text("员工满意度", "Staff satisfaction"), Axis(Text("分", "points"), **POINTS)),
        Metric("load", Text("忙闲（1＝忙不过来）", "Load (1 = swamped)"), Axis(Text("倍", "×"), 0, 1.4)),
        Metric("reviews", Text("网上评价", "Online reviews"), Axis(Text("分", "points"), **POINTS)),
        Metric("regulars", Text("回头客的间夜", "Nights of regulars"), Axis(Text("间夜", "nights")), "count"),
    ),
    seasons=(
        Text("淡季，需求比平常少一成多。", "Low season: demand is an eighth below average."),
        Text("平季，需求和平常差不多。", "Shoulder season: demand is about average."),
        Text("旺季，需求比平常多一成半。", "High season: demand is a sixth above average."),
        Text("偏淡，需求比平常略少。", "A quieter season: demand is slightly below average."),
    ),
    events=(
        Event("rival", Text("对手开业", "A rival opens"), Text("对面新开了一家酒店，开业优惠三个季度，市场会被分走一些。", "A new hotel opens across the street with three quarters of opening rates; some demand will go there.")),
        Event("wages", Text("行情涨薪", "Market pay rises"), Text("城里招工难，行情工资涨5%，不会再降回来。", "Staff are hard to find: the market's pay rises by 5 % and stays there.")),
        Event("festival", Text("城市办节", "A festival"), Text("城里办音乐节，这一季的需求比平常多15%。", "A music festival: 15 % more demand this quarter.")),
        Event("platform", Text("平台改版", "The platform changes"), Text("订房平台改版，三个季度里新评价排在最前，口碑变得更快。", "The booking platform puts the newest reviews first for three quarters: reputation moves faster.")),
    ),
    results=(
        Readout("cash", Text("12季的利润", "Profit of the quarters"), "money"),
        Readout("equity", Text("期末回头客的价值", "Worth of the regulars at the end"), "money"),
        Readout("total", Text("总成绩", "Result"), "money"),
        Readout("unchanged", Text("什么都不改的总成绩", "Result of changing nothing"), "money"),
    ),
    debrief=(
        Text("砍掉培训，头两季省下的钱看得见；手艺掉下去要半年，长回来要更久。你的账本里有没有这样一段？", "Cutting training shows a saving for two quarters; skill takes half a year to fall and longer to grow back. Is there such a stretch in your account?"),
        Text("只涨工资，员工更满意，流失更少，质量也好一些，可利润不一定更高。员工满意要和手艺、人手、授权配在一起，才传得到客人那里。", "Pay alone makes staff happier, keeps them longer and lifts quality a little, yet not always profit. It reaches guests only together with skill, enough hands and empowerment."),
        Text("旺季那一季，忙闲过了1吗？忙不过来的一季，质量、员工和口碑一起往下掉，后面要还好几季。", "Did the load pass 1 in the high season? One swamped quarter drags quality, staff and reviews down together, and takes several to repair."),
        Text("看你的预测误差：后六季比前六季小了吗？经营者也有期望和结果的差距。", "Look at your own prediction errors: smaller in the last six quarters than in the first? Managers have a gap between expectation and result too."),
    ),
)
