"""让渡价值天平, the simulation of chapter 11: two hotels on a balance, and a shop that sells off old stock."""
from service_marketing.models import value

from .spec import Axis, Balance, Mode, Part, PredictValue, Readout, Simulation, Slider, Step, Task, Text, Waterfall

balance = Mode(
    name="balance",
    title=Text("两家酒店", "Two hotels"),
    intro=Text("1000位出差的人在两家酒店里选。房间一样，都值300元；别的不一样：服务、员工、名声值多少，房价、时间、体力、心里的不踏实又要付出多少。天平两边各是一家，多出来的就是让渡价值（金额都是教学假设）。", "A thousand business travellers choose between two hotels. The rooms are the same, worth 300 yuan; the rest is not: what service, staff and name are worth, and what price, time, effort and worry cost. Each hotel has its balance, and what is left over is the delivered value (all amounts are teaching assumptions)."),
    model=value.balance,
    controls=(
        Slider("service", Text("服务值多少（元）", "Service is worth (yuan)"), 20, 160, step=5, start=90),
        Slider("personnel", Text("员工值多少（元）", "Staff are worth (yuan)"), 20, 140, step=5, start=70),
        Slider("image", Text("名声值多少（元）", "The name is worth (yuan)"), 10, 120, step=5, start=40),
        Slider("money", Text("房价（元）", "Price (yuan)"), 160, 400, step=5, start=260),
        Slider("time", Text("时间代价（元）", "Time costs the guest (yuan)"), 10, 80, step=5, start=60, help=Text("排队入住、绕路、等退房，折成钱", "Queueing to check in, detours, waiting to check out, in money")),
        Slider("energy", Text("体力代价（元）", "Effort costs the guest (yuan)"), 10, 60, step=5, start=40, help=Text("拖行李、爬楼梯、来回问路，折成钱", "Luggage, stairs, asking the way, in money")),
        Slider("psychic", Text("心里的代价（元）", "Worry costs the guest (yuan)"), 10, 70, step=5, start=50, help=Text("怕被乱收费、怕房间和照片不一样，折成钱", "Fear of extra charges, of a room unlike its picture, in money")),
    ),
    prediction=PredictValue(
        "share",
        Text("竞争对手的让渡价值是140元，我们房价{money}元。1000位客人里，百分之几会选我们？", "The rival delivers a value of 140 yuan; our price is {money} yuan. What per cent of the 1,000 will choose us?"),
        min=0, max=100, step=1, start=50,
    ),
    picture=Balance(
        axis=Axis(Text("元", "Yuan")),
        sides=(("ours", Text("我们", "Us")), ("rival", Text("竞争对手", "Rival"))),
        gains=(
            Part("product", Text("产品价值", "Product"), "neutral"), Part("service", Text("服务价值", "Service"), "a"),
            Part("personnel", Text("人员价值", "Staff"), "b"), Part("image", Text("形象价值", "Image"), "c"),
        ),
        costs=(
            Part("money", Text("货币成本", "Money"), "neutral"), Part("time", Text("时间成本", "Time"), "d"),
            Part("energy", Text("体力成本", "Effort"), "e"), Part("psychic", Text("精神成本", "Worry"), "bad"),
        ),
    ),
    readouts=(
        Readout("share", Text("选我们的客人", "Guests who choose us"), "percent"),
        Readout("net", Text("我们的让渡价值", "Our delivered value"), "money"),
        Readout("rival_net", Text("对手的让渡价值", "The rival's"), "money"),
        Readout("profit", Text("我们的利润", "Our profit"), "money"),
        Readout("time_cost", Text("时间代价再省1元，要花（元）", "Next yuan off the time cost (yuan)")),
        Readout("energy_cost", Text("体力代价再省1元，要花（元）", "Next yuan off the effort (yuan)")),
        Readout("psychic_cost", Text("心里的代价再省1元，要花（元）", "Next yuan off the worry (yuan)")),
    ),
)

shop = Mode(
    name="shop",
    title=Text("时新商场的账", "The shop's account"),
    intro=Text("一个流传的故事：十堰时新商场有40万元积压货，半价卖15天，事先预计亏10万，结果反赚5万。故事没有出处，我们来查它的账：这批货原来的标价总额是多少，账才对得上？", "A story that goes round: a shop in Shiyan had 400,000 yuan of old stock, sold it at half price for 15 days, expected to lose 100,000 and made 50,000 instead. It has no source, so let us audit it: what must the goods once have been priced at for the sums to work?"),
    model=value.shop,
    controls=(
        Slider("list_value", Text("原标价总额（万元）", "List value (10,000 yuan)"), 20, 150, step=5, start=60),
        Slider("paid", Text("按标价的几成卖", "Share of the list price paid"), 0.1, 1, step=0.05, start=0.5),
        Slider("sold", Text("卖掉的比例", "Share sold"), 0.1, 1, step=0.05, start=1),
        Slider("running_cost", Text("促销花费（万元）", "Cost of the sale (10,000 yuan)"), 0, 10, step=1, start=0),
        Slider("other_profit", Text("带旺别的柜台，多赚（万元）", "Extra profit at other counters (10,000 yuan)"), 0, 30, step=1, start=0),
        Slider("salvage", Text("不搞活动，整批能处理到（万元）", "Worth without the sale (10,000 yuan)"), 0, 40, step=1, start=5),
    ),
    prediction=PredictValue(
        "book_profit",
        Text("账面成本40万元，原标价{list_value}万元，按标价的{paid}倍卖。账面上是亏是赚，多少元？", "Book cost 400,000 yuan, list value {list_value*10000} yuan, sold at {paid} of the list price. Profit or loss in the books, in yuan?"),
        min=-400000, max=400000, step=10000, start=50000,
    ),
    picture=Waterfall(
        axis=Axis(Text("元", "Yuan")),
        steps=(
            Step("list", Text("原标价", "List value"), total=True), Step("unsold", Text("没卖掉", "Not sold")), Step("markdown", Text("打折", "Markdown")),
            Step("running", Text("促销花费", "Cost of the sale")), Step("others", Text("别的柜台", "Other counters")), Step("cash", Text("到手的现金", "Cash in hand"), total=True),
            Step("goods", Text("账面成本", "Book cost")), Step("book_profit", Text("账面盈亏", "Book profit"), total=True),
        ),
        format="money",
    ),
    readouts=(
        Readout("book_profit", Text("账面盈亏", "Book profit"), "money"),
        Readout("cash", Text("到手的现金", "Cash in hand"), "money"),
        Readout("better_by", Text("比不搞活动多得", "Better than no sale by"), "money"),
        Readout("needed", Text("要账面赚5万，原标价须有", "List value needed for a profit of 50,000"), "money"),
    ),
)

value_balance = Simulation(
    name="value-balance",
    chapter=11,
    title=Text("让渡价值天平", "The value balance"),
    modes=(balance, shop),
    tasks=(
        Task(
            "balance",
            Text("先把房价降30元，记下客人和利润。再把房价调回来，改把“心里的代价”降30元。客人多的一样多吗？利润呢？", "Cut the price by 30 yuan and note guests and profit. Put it back and lower the worry by 30 instead. Do as many come? And the profit?"),
            Text("来的客人一样多：天平不管这30元是从哪里省的。利润却差得远：降价每省客人1元，我们就少收1元，比原来还赚得少；把价目写清楚、照片拍真实，省1元起初只要两毛出头。", "Just as many come: the balance does not ask where the 30 yuan were saved. Profit differs widely: each yuan off the price is a yuan less for us and earns less than before, while clear charges and honest pictures spare guests a yuan for little more than 0.2 yuan at first."),
            set={"service": 90, "personnel": 70, "image": 40, "money": 260, "time": 60, "energy": 40, "psychic": 50},
        ),
        Task(
            "balance",
            Text("把“心里的代价”一路降到10元，看“再省1元，要花”的三个数。降到哪里，它就不再是最便宜的一项？", "Lower the worry all the way to 10 yuan and watch what the next yuan costs in each line. Where does it stop being the cheapest?"),
            Text("每省1元都比上1元贵。降到15元，时间代价反而更便宜；降到10元，再省1元要花1元多，还不如直接降价。最便宜的一项会用完，该换下一项。", "Each yuan saved costs more than the last. At 15 yuan, time has become the cheaper one; at 10 the next yuan costs more than a yuan, and a price cut would do better. The cheapest line runs out: move on to the next."),
            set={"service": 90, "personnel": 70, "image": 40, "money": 260, "time": 60, "energy": 40, "psychic": 50},
        ),
        Task(
            "shop",
            Text("先用原标价60万元，再改成90万元，看账面盈亏；然后回到60万元，只动“别的柜台”，能凑出赚5万吗？最后看“比不搞活动多得”。", "Try a list value of 600,000 yuan, then 900,000, and watch the book profit. Back at 600,000, move only the other counters: can you reach a profit of 50,000? Then look at the gain over no sale."),
            Text("亏10万要原标价60万，赚5万要90万，同一批货不可能两样都是；除非别的柜台多赚了15万，而故事没说。账面亏10万时也值得卖：40万早就花掉了，要比的是现在到手的30万和不卖能处理到的5万。", "A loss of 100,000 needs a list value of 600,000, a profit of 50,000 needs 900,000, and the same goods cannot have both, unless other counters made 150,000 more, which the story does not say. Even at a book loss the sale is worth it: the 400,000 are spent, and what counts is 300,000 now against the 50,000 that the stock would fetch otherwise."),
            set={"list_value": 60, "paid": 0.5, "sold": 1, "running_cost": 0, "other_profit": 0, "salvage": 5},
        ),
    ),
)
