"""Popular numbers on expectation, satisfaction, its measures and complaints: simulations of appendix A."""
from service_marketing.models import complaints, expectations, loyalty, quality, satisfaction, surveys

from .spec import Axis, Distribution, Flow, Line, Lines, Mark, Mode, Node, PredictValue, Readout, Simulation, Slider, Task, Text

NOW = Text("现在", "Now")

sixfold = Simulation(
    name="popular-sixfold", chapter=3, title=Text("非常满意的人，再买的可能是六倍", "Totally satisfied, six times likelier"),
    modes=(Mode(
        name="curve", title=Text("曲线有多弯", "How bent the curve is"),
        intro=Text("打5分的客人和打{merely}分的客人，再来的可能差几倍？这取决于满意换忠诚的曲线有多弯。弯曲程度1是直线；竞争越激烈，顾客越容易换一家，曲线越弯。", "How many times likelier to return is a guest who gives 5 points than one who gives {merely}? It depends on how bent the curve from satisfaction to loyalty is: 1 is straight; the fiercer competition, the more it bends."),
        model=loyalty.top_box_ratio,
        controls=(
            Slider("gamma", Text("曲线的弯曲程度", "How bent the curve is"), 0.1, 8, step=0.1, start=6.2, help=Text("教学假设：1是直线，竞争激烈时大，别无选择时小于1", "Teaching assumption. 1: straight; large with competition, below 1 without choice")),
            Slider("merely", Text("“一般满意”是几分", "What “merely satisfied” is"), 3, 4.8, step=0.1, start=4),
        ),
        prediction=PredictValue("ratio", Text("弯曲程度{gamma}。打5分的人再来的可能，是打{merely}分的几倍？", "At {gamma}, how many times likelier to return is 5 than {merely} points?"), min=1, max=12, step=0.1, start=1.5),
        picture=Lines(
            x=Axis(Text("满意评分（分）", "Rating (points)"), 1, 5), y=Axis(Text("再来的可能，5分记作100", "Loyalty, 5 points = 100"), 0, 100),
            lines=(Line("curve", Text("这一行", "This industry"), "accent"), Line("straight", Text("直线", "Straight"), "muted", dashed=True)), marks=(Mark("merely", Text("一般满意", "Merely satisfied")),),
        ),
        readouts=(Readout("ratio", Text("5分是它的几倍", "5 points, as a multiple of it"), "times"), Readout("loyalty_merely", Text("它相当于5分的", "Its share of 5 points"), "percent")),
    ),),
    tasks=(Task(
        "curve", Text("把弯曲程度从6.2调到3，再调到1，最后调到0.2（小城里只有一家酒店）。", "Lower the bend from 6.2 to 3, to 1, and to 0.2 (the only hotel in town)."),
        Text("六倍、2.4倍、1.3倍、1.1倍。在这条曲线上，要弯到6.2才有施乐报的六倍；曲线平的地方，不太满意的人照样回来。", "Six times, 2.4, 1.3, 1.1. On this curve Xerox's six takes a bend of 6.2; where the curve is flat the less satisfied return all the same."),
        set={"gamma": 6.2, "merely": 4},
    ),),
)

drivers = Simulation(
    name="popular-drivers", chapter=3, title=Text("先服务，再产品，最后价格", "Service first, product next, price last"),
    modes=(Mode(
        name="spread", title=Text("谁的差别大，谁排第一", "The one that varies comes first"),
        intro=Text("调查里哪个因素“最重要”，常看它能解释多少再次光顾的差别。这里三个因素每1分的作用完全一样（0.5），不同的只是：被问到的客人遇到的服务、产品、价格，各差多少。", "Which factor “matters most” is often read from how much of the difference in coming back it explains. Here a point of each does exactly the same (0.5); what differs is how much the guests asked differ in the service, product and price they met."),
        model=surveys.driver_shares, fixed={"service_effect": 0.5, "product_effect": 0.5},
        controls=(
            Slider("price_spread", Text("价格的差别（标准差）", "Spread of price"), 0.1, 2, step=0.1, start=0.4, help=Text("只问一家店的客人，价格差不多，就很小", "Small when all were asked in one hotel at one price")),
            Slider("service_spread", Text("服务的差别（标准差）", "Spread of service"), 0.1, 2, step=0.1, start=1.2),
            Slider("product_spread", Text("产品的差别（标准差）", "Spread of product"), 0.1, 2, step=0.1, start=0.8),
            Slider("price_effect", Text("价格每1分的作用", "Effect of a point of price"), 0.1, 1, step=0.1, start=0.5, help=Text("服务和产品都是0.5", "Service and product have 0.5")),
        ),
        prediction=PredictValue("price", Text("三个因素作用相同，价格的差别只有{price_spread}。价格能解释百分之几？", "All three do the same; price varies by {price_spread}. What per cent does it explain?"), min=0, max=100, step=1, start=33),
        picture=Lines(
            x=Axis(Text("价格的差别（分）", "Spread of price (points)"), 0.1, 2), y=Axis(Text("解释的份额（%）", "Share explained (%)"), 0, 100),
            lines=(Line("price_curve", Text("价格", "Price"), "accent"), Line("service_curve", Text("服务", "Service"), "b"), Line("product_curve", Text("产品", "Product"), "muted", dashed=True)), marks=(Mark("price_spread", NOW),), guess="y",
        ),
        readouts=(Readout("service", Text("服务", "Service"), "percent"), Readout("product", Text("产品", "Product"), "percent"), Readout("price", Text("价格", "Price"), "percent"), Readout("price_rank", Text("价格排第几", "Rank of price"), "count")),
    ),),
    tasks=(Task(
        "spread", Text("作用都不动，只把“价格的差别”从0.4拖到1.6：好比问的不再是一家店，是全城的店。", "Leave the effects alone and move the spread of price from 0.4 to 1.6: as if guests of the whole town were asked, not of one hotel."),
        Text("价格从最后一名变成第一名，从7%到55%，它的作用一点没变。次序是样本的性质：问谁、问的人遇到过多大的差别，次序就跟着变。", "Price goes from last to first, from 7 to 55%, with the same effect. The order belongs to the sample: to who is asked and how much they differ."),
        set={"price_spread": 0.4, "service_spread": 1.2, "product_spread": 0.8, "price_effect": 0.5},
    ),),
)

three = Simulation(
    name="popular-three", chapter=3, title=Text("等于期望就是满意", "As expected is satisfied"),
    modes=(Mode(
        name="spread", title=Text("平均相等，人人相等吗", "Equal on average"),
        intro=Text("500位客人，期望平均{expectation}分，结果平均{performance}分。差别是0的时候，人人正好，三态之说完全成立。人与人、一次与一次总有差别，把它拖大看看。", "500 guests expect {expectation} on average and get {performance}. With no differences all are exactly met and the rule of three holds. Guests and days differ: move that."),
        model=satisfaction.population, fixed={"n": 500, "seed": 1},
        controls=(
            Slider("spread", Text("人与人的差异", "Differences between guests"), 0, 3, step=0.1, start=0),
            Slider("indifference", Text("差多少以内算“正好”（分）", "How near counts as met (points)"), 0, 2, step=0.1, start=0.5),
            Slider("expectation", Text("平均期望", "Mean expectation"), 1, 9, step=0.1, start=6),
            Slider("performance", Text("平均结果", "Mean result"), 1, 9, step=0.1, start=6),
        ),
        prediction=PredictValue("dissatisfied", Text("期望和结果平均都是6分，差异是{spread}。百分之几的客人不满意？", "Both are 6 on average, differences are {spread}. What per cent are dissatisfied?"), min=0, max=100, step=1, start=0),
        picture=Distribution(
            x=Axis(Text("满意度（分）", "Satisfaction (points)"), 1, 9), y_label=Text("客人（位）", "Guests"), bins="bins",
            groups=(("dissatisfied", Text("不满意", "Dissatisfied")), ("satisfied", Text("满意", "Satisfied")), ("delighted", Text("非常满意", "Delighted"))), mean="mean",
        ),
        readouts=(Readout("dissatisfied", Text("不满意", "Dissatisfied"), "percent"), Readout("satisfied", Text("满意", "Satisfied"), "percent"), Readout("delighted", Text("非常满意", "Delighted"), "percent"), Readout("mean", Text("平均满意度", "Mean satisfaction"))),
    ),),
    tasks=(Task(
        "spread", Text("把差异从0拖到1。再把“差多少以内算正好”从0.5调到0，然后调到1.5。", "Move the differences from 0 to 1; then how near counts as met from 0.5 to 0, and to 1.5."),
        Text("平均还是正好，却有三成多的人不满意。那条线画在0，“满意”的人一个也不剩；画在1.5，不满意的人少掉大半。三态各占几成，是画线的人定的。", "The means still match, yet over three in ten are dissatisfied. With the line at 0 no one is “satisfied”; at 1.5 most of the dissatisfied are gone. Who draws the line sets the shares."),
        set={"spread": 0, "indifference": 0.5, "expectation": 6, "performance": 6},
    ),),
)

reported = Simulation(
    name="popular-reported", chapter=3, title=Text("满意率95%", "95% satisfied"),
    modes=(Mode(
        name="answers", title=Text("谁没有回答", "Who did not answer"),
        intro=Text("退房后发出{invited}份问卷。真实的满意比例是{satisfied}；满意的人里有{answer_satisfied}填了，不满意的人里有{answer_dissatisfied}填了。报上去的满意率是多少？", "{invited} guests are asked after check-out. The true share of satisfied ones is {satisfied}; {answer_satisfied} of these answer and {answer_dissatisfied} of the dissatisfied. What rate is reported?"),
        model=surveys.reported_share,
        controls=(
            Slider("satisfied", Text("真实的满意比例", "True share satisfied"), 0.1, 0.99, step=0.01, start=0.8),
            Slider("answer_satisfied", Text("满意的人填问卷的比例", "Satisfied who answer"), 0.02, 1, step=0.02, start=0.5),
            Slider("answer_dissatisfied", Text("不满意的人填问卷的比例", "Dissatisfied who answer"), 0.02, 1, step=0.02, start=0.1, help=Text("走了的、生气的、没收到问卷的，都在没填的里面", "Those who left, are angry or were never asked do not answer")),
            Slider("invited", Text("发出多少份", "Questionnaires sent"), 20, 2000, step=20, start=200),
        ),
        prediction=PredictValue("reported", Text("真实满意{satisfied}。报上去的满意率是百分之几？", "With a true share of {satisfied}, what per cent is reported?"), min=0, max=100, step=1, start=80),
        picture=Lines(
            x=Axis(Text("不满意的人填问卷的比例（%）", "Dissatisfied who answer (%)"), 0, 100), y=Axis(Text("满意率（%）", "Share satisfied (%)"), 0, 100),
            lines=(Line("reported_curve", Text("报上去的", "Reported"), "accent"), Line("true_curve", Text("真实的", "True"), "muted", dashed=True)), marks=(Mark("now", NOW),), guess="y",
        ),
        readouts=(Readout("reported", Text("报上去的满意率", "Reported"), "percent"), Readout("error", Text("它的标准误", "Its standard error"), "percent"), Readout("answered", Text("收回几份", "Answers"), "count"), Readout("unheard", Text("没填的不满意的人", "Dissatisfied, unheard"), "count")),
    ),),
    tasks=(Task(
        "answers", Text("现在报95%。把“不满意的人填问卷的比例”调到0.50，和满意的人一样；再调到0.90，好比只有生气的人才去点评网站。", "It reports 95%. Set the dissatisfied who answer to 0.50, as many as of the satisfied; then to 0.90, as if only the angry went to the review site."),
        Text("一样愿意填，报的就是真实的80%；生气的人更爱写，就成了69%。同一批客人，三个满意率。标准误（换一批人填会晃多少）管不到这件事，它只知道填了的人。", "Equally willing, they report the true 80%; with the angry eager to write, 69%. The same guests, three rates, and the standard error knows nothing of it."),
        set={"satisfied": 0.8, "answer_satisfied": 0.5, "answer_dissatisfied": 0.1, "invited": 200},
    ),),
)

weights = Simulation(
    name="popular-weights", chapter=4, title=Text("可靠性占32%", "Reliability counts for 32%"),
    modes=(Mode(
        name="mix", title=Text("问的是谁", "Who was asked"),
        intro=Text("请客人把100分分给服务的几个方面。商务客给可靠性{theirs}，度假客给{others}（1就是全部，教学假设）。混在一起平均，可靠性占多少，看样本里商务客有几成。两家店：甲店可靠性8.2分、其余6.6分，乙店7.4分和7.1分。", "Guests share out 100 points among the sides of a service. Business guests give reliability {theirs}, holiday guests {others} (as shares, teaching assumptions). The average depends on how many of each are asked. Hotel A has 8.2 for reliability and 6.6 for the rest, B 7.4 and 7.1."),
        model=quality.importance_of_reliability,
        controls=(
            Slider("business", Text("样本里的商务客", "Business guests asked"), 0, 1, step=0.05, start=0.5),
            Slider("theirs", Text("商务客给可靠性的分量", "Weight given by business guests"), 0.1, 0.7, step=0.01, start=0.42),
            Slider("others", Text("度假客给可靠性的分量", "Weight given by holiday guests"), 0.1, 0.7, step=0.01, start=0.22),
        ),
        prediction=PredictValue("weight", Text("样本里有{business}是商务客。可靠性平均占百分之几？", "A share of {business} are business guests. What per cent does reliability get?"), min=0, max=70, step=1, start=20),
        picture=Lines(
            x=Axis(Text("样本里的商务客（%）", "Business guests asked (%)"), 0, 100), y=Axis(Text("可靠性的分量（%）", "Weight of reliability (%)"), 0, 70),
            lines=(Line("weight_curve", Text("可靠性", "Reliability"), "accent"), Line("even", Text("两店打平", "Hotels even"), "neutral", dashed=True), Line("claimed", Text("32%", "32%"), "muted", dashed=True)), marks=(Mark("now", NOW),), guess="y",
        ),
        readouts=(Readout("weight", Text("可靠性的分量", "Weight of reliability"), "percent"), Readout("score_a", Text("甲店总分", "Hotel A")), Readout("score_b", Text("乙店总分", "Hotel B")), Readout("lead", Text("甲店领先", "A's lead"))),
    ),),
    tasks=(Task(
        "mix", Text("商务客从0.50拖到1，看谁领先。再把商务客给的分量调到0.60，商务客调回0.50。", "Move business guests from 0.50 to 1 and see who leads. Then set their weight to 0.60 and their share back to 0.50."),
        Text("用32%算，乙店好；全问商务客，可靠性占42%，甲店好。权重一换，名次就换。套别人的32%，等于请别人的客人给你的店打分。", "With 32% hotel B is better; asking business guests only makes it 42% and A is better. Other weights, other ranks: to borrow the 32% is to have somebody else's guests judge your hotel."),
        set={"business": 0.5, "theirs": 0.42, "others": 0.22},
    ),),
)

alpha = Simulation(
    name="popular-alpha", chapter=4, title=Text("信度超过0.7，就可信", "Reliable above 0.7"),
    modes=(Mode(
        name="length", title=Text("题数和闭眼打勾", "Length and straight-lining"),
        intro=Text("一份{items}题的问卷。认真答的人里，题与题的平均相关只有{correlation}，几乎各说各的；另有{careless}的人从头到尾勾同一列。信度能过0.7吗？", "A questionnaire of {items} items. Among those who read them the items hardly agree, with a mean correlation of {correlation}; a share of {careless} ticks one column all the way down. Does reliability pass 0.7?"),
        model=quality.alpha_by_length,
        controls=(
            Slider("items", Text("题数", "Items"), 2, 30, step=1, start=8),
            Slider("correlation", Text("认真的人，题与题的相关", "Correlation among careful readers"), 0, 0.8, step=0.05, start=0.1),
            Slider("careless", Text("勾同一列的人", "Straight-liners"), 0, 0.5, step=0.01, start=0.15),
        ),
        prediction=PredictValue("alpha", Text("{items}题，相关{correlation}，{careless}的人勾同一列。信度α是多少？", "{items} items, correlation {correlation}, {careless} straight-liners. What is α?"), min=0, max=1, step=0.01, start=0.4),
        picture=Lines(
            x=Axis(Text("题数（题）", "Items"), 2, 30), y=Axis(Text("信度α", "Reliability α"), 0, 1),
            lines=(Line("alpha_curve", Text("全部问卷", "All answers"), "accent"), Line("honest_curve", Text("只算认真的人", "Careful only"), "good", dashed=True), Line("threshold", Text("0.7", "0.7"), "muted", dashed=True)), marks=(Mark("items", NOW),), guess="y",
        ),
        readouts=(Readout("alpha", Text("信度α", "α")), Readout("honest", Text("只算认真的人", "Careful only")), Readout("seen", Text("数据里的平均相关", "Correlation in the data"))),
    ),),
    tasks=(Task(
        "length", Text("现在刚过0.7。把勾同一列的人调到0，看α；再把题数从8加到22。", "It just passes 0.7. Set the straight-liners to 0; then raise the items from 8 to 22."),
        Text("没有闭眼打勾的人，8题只有0.47；题目加到22道，又过了0.7，而题与题的相关一直只有0.1。0.7可以是凑题凑出来的，也可以是打勾打出来的。", "Without straight-liners eight items reach 0.47; 22 items pass 0.7 again, while they correlate by 0.1 all along. Length can make a 0.7, and so can ticking blindly."),
        set={"items": 8, "correlation": 0.1, "careless": 0.15},
    ),),
)

promise = Simulation(
    name="popular-promise", chapter=2, title=Text("承诺八十分，做到一百分", "Promise 80, deliver 100"),
    modes=(Mode(
        name="path", title=Text("惊喜能用几次", "How often the surprise works"),
        intro=Text("答应{promise}分，每次都做到{delivered}分。第一次来的客人有惊喜；客人会学习，下一次就带着新的期望来。还有一笔账：答应得少，新客人来得少。", "{promise} points are promised and {delivered} delivered, every time. The first visit surprises; but guests learn and come with a new expectation. And who promises less has fewer new guests."),
        model=expectations.surprise_path,
        controls=(
            Slider("promise", Text("答应几分", "Promised"), 50, 120, step=1, start=80),
            Slider("delivered", Text("做到几分", "Delivered"), 50, 100, step=1, start=100),
            Slider("learning", Text("客人学得多快", "How fast guests learn"), 0, 1, step=0.05, start=0.5, help=Text("0：来几次都当第一次；1：上次怎样，这次就期望怎样", "0: every visit is the first; 1: last time is what they expect")),
            Slider("pull", Text("承诺多1分，订房多多少", "Bookings per point promised"), 0, 0.05, step=0.005, start=0.02, help=Text("0.02：每多答应1分，订房多2%。教学假设", "0.02: 2% more bookings a point. Teaching assumption")),
        ),
        prediction=PredictValue("fifth", Text("第一次惊喜20分。客人学得快慢{learning}，第五次来，惊喜还剩几分？", "The first surprise is 20 points. With learning {learning}, how much is left at the fifth visit?"), min=-20, max=50, step=0.5, start=20),
        picture=Lines(
            x=Axis(Text("第几次来（次）", "Visit"), 1, 6), y=Axis(Text("分", "Points"), 40, 120),
            lines=(Line("got", Text("做到的", "Delivered"), "muted", dashed=True), Line("expected", Text("客人期望的", "Expected"), "accent")),
        ),
        readouts=(Readout("first", Text("第一次的惊喜（分）", "Surprise, first visit")), Readout("fifth", Text("第五次的惊喜（分）", "Surprise, fifth visit")), Readout("bookings", Text("新客订房，和如实承诺比", "New bookings, against an exact promise"), "percent")),
    ),),
    tasks=(Task(
        "path", Text("先记下现在的三个数。把“客人学得多快”调到0，看第五次的惊喜；调回0.50，再把“答应几分”改成100。", "Note the three numbers. Set learning to 0 and see the fifth surprise; back to 0.50, promise 100."),
        Text("惊喜第一次20分，第五次只剩1分多，客人不学（0）才一直是20分；为了这点惊喜，新客少了三成多。答应100、做到100，没有惊喜，也没有少来的客人。八十对一百，只在客人不长记性、也不看承诺选店时划算。", "20 points at first, little more than one at the fifth visit (20 only if nobody learns), and over three new guests in ten are gone for it. Promising 100 surprises nobody and loses nobody. 80 against 100 pays only when guests neither remember nor choose by promises."),
        set={"promise": 80, "delivered": 100, "learning": 0.5, "pull": 0.02},
    ),),
)

rating = Simulation(
    name="popular-rating", chapter=2, title=Text("评分涨10%，订房涨5%以上", "Ratings up 10%, bookings up over 5%"),
    modes=(Mode(
        name="found", title=Text("跟着来的，和带来的", "What goes with it, what it brings"),
        intro=Text("评分高的店，位置、房间、服务往往也好，这些好处不靠评分也会带来客人。把各家店放在一起比，看到的是两样之和；单把评分抬高，得到的只有一样。这里假定数得到订房；那项研究数不到，拿点评的条数代替。", "Hotels with high ratings tend to have better places, rooms and service, which bring guests without any rating. A comparison of hotels sees both together; raising the rating alone brings only the one. Here bookings can be counted; the study could not and let the number of reviews stand for them."),
        model=expectations.rating_effect,
        controls=(
            Slider("rise", Text("评分高出多少", "Rating higher by"), 0, 0.2, step=0.01, start=0.1, help=Text("0.10：高10%", "0.10: 10% higher")),
            Slider("direct", Text("评分本身的作用（弹性）", "The rating's own effect (elasticity)"), 0, 1, step=0.05, start=0.15, help=Text("0.15：评分高1%，订房多0.15%。教学假设", "0.15: 1% higher, 0.15% more bookings. Teaching assumption")),
            Slider("quality", Text("别的好处的作用（弹性）", "Effect of all else (elasticity)"), 0, 1.5, step=0.05, start=0.8),
            Slider("tied", Text("评分高1%，别的好处多百分之几", "All else better by, per 1% of rating"), 0, 1, step=0.05, start=0.5),
        ),
        prediction=PredictValue("brought", Text("各店相比，评分高10%的订房多5.4%。只把自己的评分抬高10%，订房多百分之几？", "Across hotels 10% of rating go with 5.4% of bookings. By how much do bookings rise when only the rating rises by 10%?"), min=0, max=10, step=0.1, start=5),
        picture=Lines(
            x=Axis(Text("评分高出（%）", "Rating higher by (%)"), 0, 20), y=Axis(Text("订房多出（%）", "Bookings higher by (%)")),
            lines=(Line("found_curve", Text("各店相比", "Across hotels"), "accent"), Line("brought_curve", Text("只抬评分", "Rating alone"), "bad", dashed=True)), marks=(Mark("now", NOW),), guess="y",
        ),
        readouts=(Readout("found", Text("各店相比，多出", "Across hotels"), "percent"), Readout("brought", Text("只抬评分，多出", "Rating alone"), "percent"), Readout("elasticity", Text("研究会报的弹性", "Elasticity a study reports"))),
    ),),
    tasks=(Task(
        "found", Text("把“评分本身的作用”调到0，把“别的好处的作用”调到1.1。再把“别的好处多百分之几”调到0。", "Set the rating's own effect to 0 and that of all else to 1.1. Then set how much better all else is to 0."),
        Text("评分一点作用也没有，各店相比照样是“涨10%，多5%以上”；别的好处和评分无关的时候，两条线才重合。一个相关的数，分不清哪一样在起作用。", "Even a rating that does nothing goes with over 5%; only when all else is unrelated to it do the lines meet. A correlation cannot tell which of them works."),
        set={"rise": 0.1, "direct": 0.15, "quality": 0.8, "tied": 0.5},
    ),),
)

silent = Simulation(
    name="popular-silent", chapter=6, title=Text("80%的人不投诉，96%的人默默离开", "80% do not complain, 96% leave in silence"),
    modes=(Mode(
        name="voice", title=Text("问题多大，谁在数", "How big the problem, who counts"),
        intro=Text("1000位不满意的客人，有的遇到小毛病，有的遇到大麻烦。有人在前台说了，有人没说；前台听到的，只有{passed_on}报到总部（1就是全部，教学假设）。“不投诉的”占几成？", "1,000 dissatisfied guests had small problems or big ones. Some said so at the desk; of what the desk heard, a share of {passed_on} reached the head office (teaching assumptions). How many “do not complain”?"),
        model=complaints.who_speaks, fixed={"dissatisfied": 1000},
        controls=(
            Slider("small", Text("小毛病的占几成", "Share of small problems"), 0, 1, step=0.05, start=0.9),
            Slider("voice_small", Text("小毛病，当场说的", "Small: said at the desk"), 0, 1, step=0.05, start=0.15),
            Slider("voice_big", Text("大麻烦，当场说的", "Big: said at the desk"), 0, 1, step=0.05, start=0.65),
            Slider("passed_on", Text("前台报到总部的", "Passed on to the head office"), 0, 1, step=0.05, start=0.2),
        ),
        prediction=PredictValue("silent", Text("小毛病占{small}，其中当场说的有{voice_small}；大麻烦当场说的有{voice_big}。百分之几的人没出声？", "Small problems are {small} of all, {voice_small} of them said; of the big ones {voice_big}. What per cent say nothing?"), min=0, max=100, step=1, start=50),
        picture=Flow(
            nodes=(
                Node(Text("小毛病", "Small problem"), 0, "neutral"), Node(Text("大麻烦", "Big problem"), 0, "bad"),
                Node(Text("当场说了", "Said at the desk"), 1, "accent"), Node(Text("没出声", "Said nothing"), 1, "muted"),
                Node(Text("报到总部", "Head office knows"), 2, "good"), Node(Text("留在前台", "Stays at the desk"), 2, "accent"), Node(Text("没人知道", "Nobody knows"), 2, "muted"),
            ),
            links="links", unit=Text("位客人", "guests"),
        ),
        readouts=(Readout("silent", Text("没出声的", "Said nothing"), "percent"), Readout("voice", Text("当场说了的", "Said at the desk"), "percent"), Readout("head_office", Text("总部知道的", "Head office knows"), "percent"), Readout("unseen", Text("总部不知道的", "Head office does not know"), "percent")),
    ),),
    tasks=(Task(
        "voice", Text("现在一次算出了80%和96%。把“小毛病”调到0，看大麻烦；再把“前台报到总部的”调到1。", "One set of assumptions gives both 80 and 96%. Set the small problems to 0; then what is passed on to 1."),
        Text("只数大麻烦，开口的有65%，多数人投诉过；前台听到的全报上去，总部就不再有“96%默默离开”的错觉。在这组假设里，80%来自小毛病多，96%来自总部听不见，用不着顾客天生沉默。", "Of big problems 65% are voiced: most people complain. If the desk passes all of it on, the head office no longer thinks that 96% left in silence. Under these assumptions the 80% comes of most problems being small and the 96% of a head office out of earshot; nobody need be silent by nature."),
        set={"small": 0.9, "voice_small": 0.15, "voice_big": 0.65, "passed_on": 0.2},
    ),),
)

paradox = Simulation(
    name="popular-paradox", chapter=6, title=Text("投诉处理好了，比没出过问题更忠诚", "Well recovered, more loyal than ever"),
    modes=(Mode(
        name="meter", title=Text("满意，和再来", "Content, and coming back"),
        intro=Text("房间空调坏了，赔{compensation}元，{delay}小时办妥，也道了歉。和一位从没出过问题的客人比（他记作100），满意度能超过他吗？再来的可能呢？参数是教学假设。", "The air conditioning failed; {compensation} yuan were paid, it was settled in {delay} hours with an apology. Against a guest who never had a problem (100): does satisfaction pass his? And coming back? Parameters are teaching assumptions."),
        model=complaints.recovery_meter, fixed={"match": 0.5},
        controls=(
            Slider("compensation", Text("赔偿（元）", "Compensation (yuan)"), 0, 500, step=25, start=150),
            Slider("delay", Text("几小时办妥", "Hours until settled"), 0, 72, step=1, start=6),
            Slider("apology", Text("道歉与尊重", "Apology and respect"), 0, 1, step=0.1, start=0.8),
            Slider("severity", Text("失误有多重", "Severity of the failure"), 0, 1, step=0.1, start=0.4),
            Slider("memory", Text("坏记忆的分量", "Weight of the memory"), 0, 4, step=0.1, start=2.5, help=Text("越大，人满意了也越怕下一次", "The larger, the more even a content guest fears the next time")),
        ),
        prediction=PredictValue("repurchase_index", Text("从没出过问题的客人记作100。这位客人再来的可能是多少？", "A guest without a problem counts as 100. How likely is this one to return?"), min=0, max=150, step=1, start=100),
        picture=Lines(
            x=Axis(Text("赔偿（元）", "Compensation (yuan)"), 0, 500), y=Axis(Text("没出过问题的人=100", "Without a problem = 100")),
            lines=(Line("satisfaction_line", Text("满意度", "Satisfaction"), "accent"), Line("repurchase_line", Text("再来的可能", "Coming back"), "bad"), Line("control_line", Text("没出过问题", "No problem"), "muted", dashed=True)), marks=(Mark("compensation", NOW),), guess="y",
        ),
        readouts=(Readout("satisfaction_index", Text("满意度", "Satisfaction"), "count"), Readout("repurchase_index", Text("再来的可能", "Coming back"), "count"), Readout("net_value", Text("补救净值多少", "Net value of the recovery"), "money")),
    ),),
    tasks=(Task(
        "meter", Text("现在满意度过了100，再来没有过。把“坏记忆的分量”调到0；再把它调回2.5，“失误有多重”调到0.8。", "Satisfaction is above 100, coming back is not. Set the memory to 0; then back to 2.5 and the severity to 0.8."),
        Text("坏记忆一点不留，再来才跟着超过100，“更忠诚”要的就是这个假设；失误重一点，连满意度也回不到100。所以先少出错，再谈补救。", "Only with no memory left does coming back pass 100 too: that is what “more loyal” assumes. With a graver failure not even satisfaction gets there. So err less first."),
        set={"compensation": 150, "delay": 6, "apology": 0.8, "severity": 0.4, "memory": 2.5},
    ),),
)

SATISFACTION = (promise, rating, sixfold, drivers, three, reported, weights, alpha, silent, paradox)
