"""What a customer gets and gives up, which offer is chosen, and what a price cut has to bring.

Values, costs and prices are in yuan unless a function says otherwise; a cost is a positive number. Customer delivered value
is the difference of total value and total cost (Kotler, 1994); Grönroos' ratio stands beside it. The two hotels of the
simulation, what it costs to lower a sacrifice, and the sensitivity of the choice are teaching assumptions.
"""

import math

from .checks import number, numbers, whole

GAINS = ("product", "service", "personnel", "image")
COSTS = ("money", "time", "energy", "psychic")

# one night at the rival's, and the product, which is the same room in both houses
RIVAL = {"product": 300, "service": 90, "personnel": 70, "image": 60, "money": 260, "time": 50, "energy": 30, "psychic": 40}
# yuan a guest for a gain of x yuan: rate·x²/200, so that each further yuan costs more
GAIN_RATES = {"service": 0.5, "personnel": 0.4, "image": 0.6}
# the sacrifice when nothing is done about it, and what the first yuan less costs; the rest dearer as less is left
EFFORTS = {"time": (80, 0.4), "energy": (60, 0.5), "psychic": (70, 0.15)}
ROOM_COST = 120


# Value and sacrifice


def total_customer_value(product=0.0, service=0.0, personnel=0.0, image=0.0):
    """Total customer value (yuan): what product, service, personnel and image are worth, each 0 or more.

    Source: Kotler (1994).
    """
    return _sum_of(GAINS, (product, service, personnel, image))


def total_customer_cost(money=0.0, time=0.0, energy=0.0, psychic=0.0):
    """Total customer cost (yuan): the price and the customer's time, energy and psychic cost, each 0 or more.

    Source: Kotler (1994).
    """
    return _sum_of(COSTS, (money, time, energy, psychic))


def customer_delivered_value(product=0.0, service=0.0, personnel=0.0, image=0.0, money=0.0, time=0.0, energy=0.0, psychic=0.0):
    """Customer delivered value (yuan, or points if all are): total customer value less total customer cost, each part 0 or more.

    Source: Kotler (1994).
    """
    return total_customer_value(product, service, personnel, image) - total_customer_cost(money, time, energy, psychic)


def perceived_sacrifice(price, direct=0.0, indirect=0.0, psychological=0.0):
    """What a customer gives up (yuan, each part 0 or more): the price and the relationship costs that come after it.

    `direct` costs of the relationship (staff, office, transport), `indirect` ones (delays, mistakes, following them
    up), `psychological` ones (worry whether the supplier can be trusted). Source: Grönroos (2000).
    """
    return _sum_of(("price", "direct", "indirect", "psychological"), (price, direct, indirect, psychological))


def long_run_sacrifice(price, direct=0.0, indirect=0.0, psychological=0.0, periods=1, discount_rate=0.0):
    """Sacrifice over `periods` (1 to 1000): the price once at the start, the relationship costs in every period from the first on.

    Those of period t count 1/(1 + discount_rate)^t, `discount_rate` 0 or more a period. Parts as in `perceived_sacrifice`.
    """
    running = perceived_sacrifice(0, direct, indirect, psychological)
    number("discount_rate", discount_rate, 0)
    years = sum([(1 + discount_rate) ** -t for t in range(1, whole("periods", periods, 1, 1000) + 1)])
    return number("price", price, 0) + running * years


def perceived_value(core, additional=0.0, price=0.0, relationship_costs=0.0):
    """Customer perceived value as a ratio: (core + additional services) / (price + relationship costs).

    `core` 0 or more; `additional` may be negative, when poor extra services destroy value; what is paid must add up to
    more than 0. Above 1 the customer gets more than is given up. Source: Ravald & Grönroos (1996); Grönroos (2000).
    """
    gained = number("core", core, 0) + number("additional", additional)
    paid = perceived_sacrifice(price, relationship_costs)
    if paid == 0:
        raise ValueError("price + relationship_costs 应大于 0 (what is paid must be more than 0)")
    return gained / paid


# Choice


def choice_shares(values, sensitivity=1.0):
    """Share (0 to 1) of the customers who choose each offer, by the logit model: e^(s·V_j) / Σ e^(s·V_k).

    `values` are the offers' utilities or delivered values (any numbers), `sensitivity` s (0 or more) is per unit of value: 0
    spreads the customers evenly. Safe for values of any size. Source: McFadden (1974).
    """
    values = numbers("values", values)
    number("sensitivity", sensitivity, 0)
    top = max(values)
    weights = [math.exp(sensitivity * (v - top)) for v in values]
    total = sum(weights)
    return [w / total for w in weights]


def value_share(ours, rival, sensitivity=1.0):
    """Share (0 to 1) that chooses us and not the rival, by the delivered values of both. `sensitivity` as in `choice_shares`."""
    return choice_shares([number("ours", ours), number("rival", rival)], sensitivity)[0]


def utility(coefficients, attributes, constant=0.0):
    """Utility of an offer, constant + Σ b·x: `coefficients` b and `attributes` x are lists of the same length."""
    coefficients, attributes = numbers("coefficients", coefficients), numbers("attributes", attributes)
    if len(coefficients) != len(attributes):
        raise ValueError(
            f"attributes 应有 {len(coefficients)} 个数，与 coefficients 一样多，收到 {len(attributes)} 个 (as many as coefficients)"
        )
    return number("constant", constant) + sum([b * x for b, x in zip(coefficients, attributes)])


def willingness_to_pay(coefficient, cost_coefficient):
    """What one unit less of an attribute is worth, in the money of the cost: coefficient / cost_coefficient.

    Both come from a choice model with utility b·x + b_cost·cost; `cost_coefficient` is negative. A time in minutes
    with b = −0.02 and b_cost = −0.01 gives 2 yuan a minute. For a wait the value is positive; for something good it is
    the amount that one unit *more* is worth with the sign turned. Source: Train (2009).
    """
    if number("cost_coefficient", cost_coefficient) >= 0:
        raise ValueError(f"cost_coefficient 应小于 0，收到 {cost_coefficient!r} (a higher cost must lower the utility)")
    return number("coefficient", coefficient) / cost_coefficient


def willingness_to_pay_se(coefficient, cost_coefficient, se, cost_se, covariance=0.0):
    """Standard error of `willingness_to_pay` by the delta method, from both standard errors (0 or more) and their `covariance`.

    √[se² − 2w·cov + w²·cost_se²] / |b_cost| with w the willingness to pay. Source: Daly, Hess & de Jong (2012).
    """
    w = willingness_to_pay(coefficient, cost_coefficient)
    number("se", se, 0)
    number("cost_se", cost_se, 0)
    variance = se * se - 2 * w * number("covariance", covariance) + w * w * cost_se * cost_se
    if variance < 0:
        raise ValueError(f"covariance 太大，与两个标准误不相容，收到 {covariance!r} (the covariance does not fit the standard errors)")
    return math.sqrt(variance) / abs(cost_coefficient)


# Price cuts


def break_even_volume_change(price_change, margin, cost_change=0.0):
    """Change of volume, as a share of the old one, at which profit is as before: −(Δp − Δc)/(m + Δp − Δc).

    `price_change` Δp (negative for a cut) and contribution `margin` m (more than 0) are in one unit, yuan or shares of the price,
    as is `cost_change` Δc of the unit cost. With m = 0.4 and Δp = −0.1 the answer is 1/3: a third more must be sold.
    For a rise it is negative: so much may be lost. Refuses a change that leaves no margin. Source: Nagle & Holden (1987).
    """
    change = number("price_change", price_change) - number("cost_change", cost_change)
    left = _more_than_zero("margin", margin) + change
    if left <= 0:
        raise ValueError(f"降价后每单位已无毛利，卖多少也补不回来: margin={margin!r}, price_change={price_change!r} (no margin is left)")
    return -change / left


def price_cut_break_even(price, new_price, unit_cost, new_unit_cost=None, fixed_cost=0.0, volume=None):
    """Change of volume, as a share, that a new price needs to keep the profit. All in yuan, 0 or more.

    `unit_cost` below both prices; `new_unit_cost` when it changes too. `fixed_cost` is what the action itself costs
    (advertising), and needs the old `volume` (units, more than 0). Source: Nagle & Holden (1987).
    """
    number("price", price, 0)
    number("new_price", new_price, 0)
    number("unit_cost", unit_cost, 0)
    cost_change = 0.0 if new_unit_cost is None else number("new_unit_cost", new_unit_cost, 0) - unit_cost
    change = break_even_volume_change(new_price - price, price - unit_cost, cost_change)
    if number("fixed_cost", fixed_cost, 0) > 0:
        if volume is None:
            raise ValueError("有 fixed_cost 时要给出原来的 volume (fixed_cost needs the old volume)")
        change += fixed_cost / ((new_price - unit_cost - cost_change) * _more_than_zero("volume", volume))
    return change


def price_cut_profit(price, new_price, unit_cost, volume, volume_change):
    """Profit gained (yuan) by the new price when the `volume` sold (units, 0 or more) changes by the share `volume_change` (−1 or more)."""
    number("volume", volume, 0)
    number("volume_change", volume_change, -1)
    number("price", price, 0)
    number("new_price", new_price, 0)
    number("unit_cost", unit_cost, 0)
    return volume * ((1 + volume_change) * (new_price - unit_cost) - (price - unit_cost))


def price_cut_curve(cut=0.1, margin=1.0):
    """How much more must be sold after a price cut, by the margin: `break_even_volume_change` as a picture.

    `cut` (0 to 0.14) and `margin` (0.15 to 1) are shares of the old price. Returns a dict: `needed`, the share more to sell;
    `profit_same`, profit as a share of the old one when only as much more is sold as the price fell; over the margin from 15 to
    100 % the pairs [per cent, per cent] `curve` and `claimed`, the cut itself; `now`, the margin in per cent.
    """
    number("cut", cut, 0, 0.14)
    number("margin", margin, 0.15, 1)
    return {
        "needed": break_even_volume_change(-cut, margin),
        "profit_same": (1 + cut) * (margin - cut) / margin,
        "curve": [[m, 100 * break_even_volume_change(-cut, m / 100)] for m in range(15, 101)],
        "claimed": [[15, 100 * cut], [100, 100 * cut]],
        "now": 100 * margin,
    }


# Which sacrifice is cheapest to lower


def cost_of_lowering(expense, relief):
    """What it costs the firm to spare the customer one yuan of sacrifice: `expense` (yuan, 0 or more) / `relief` (yuan, more than 0)."""
    return number("expense", expense, 0) / _more_than_zero("relief", relief)


def cheapest_to_lower(expenses, reliefs, names=COSTS):
    """The name of the cost that is cheapest to lower, of equal ones the first.

    `expenses[i]` yuan (0 or more) a customer spare the customer `reliefs[i]` yuan (more than 0) of the cost `names[i]`. A price cut
    always costs 1 yuan a yuan, so only what is below 1 beats it.
    """
    expenses, reliefs = numbers("expenses", expenses, 0), numbers("reliefs", reliefs, 0)
    names = list(names)
    if len(expenses) != len(reliefs) or len(names) != len(reliefs):
        raise ValueError(
            f"expenses、reliefs 和 names 应一样多，收到 {len(expenses)}、{len(reliefs)}、{len(names)} 个 (they must be equally many)"
        )
    best, least = 0, math.inf
    for i in range(len(names)):
        each = cost_of_lowering(expenses[i], reliefs[i])
        if each < least:
            best, least = i, each
    return names[best]


# The account of a clearance sale (时新商场)


def clearance_account(book_cost, list_value, paid=0.5, sold=1.0, running_cost=0.0, other_profit=0.0, salvage=0.0):
    """What selling off old stock brings, in the books and in cash: a dict, all in yuan.

    The goods stand in the books at `book_cost` and were once priced at `list_value` in all; the share `sold` (0 to 1) goes at the share
    `paid` (0 to 1) of its price. The sale costs `running_cost`, its visitors bring `other_profit` at other counters, and
    `salvage` is what the whole stock would fetch without it (0 or more each). `revenue`; `cash` = revenue − running cost +
    other profit; `cost_of_goods` = book_cost·sold (what is not sold stays in the books); `book_profit` = cash − cost of
    goods; `better_by` = cash less the salvage of what was sold: the gain over not holding the sale, in which the book
    cost has no part, because it was spent before.
    """
    number("book_cost", book_cost, 0)
    revenue = number("list_value", list_value, 0) * number("paid", paid, 0, 1) * number("sold", sold, 0, 1)
    cash = revenue - number("running_cost", running_cost, 0) + number("other_profit", other_profit, 0)
    goods = book_cost * sold
    return {
        "revenue": revenue,
        "cash": cash,
        "cost_of_goods": goods,
        "book_profit": cash - goods,
        "better_by": cash - number("salvage", salvage, 0) * sold,
    }


def implied_list_value(book_cost, book_profit, paid=0.5, sold=1.0, running_cost=0.0, other_profit=0.0):
    """List value (yuan) that the stock must have had for a clearance sale to end with `book_profit` (yuan, negative for a loss).

    The inverse of `clearance_account`, `paid` and `sold` above 0. A stock of 400,000 sold at half price: a loss of 100,000 needs
    600,000, a profit of 50,000 needs 900,000. A negative answer means that the other arguments alone bring more than that.
    """
    number("paid", paid, 0, 1)
    number("sold", sold, 0, 1)
    revenue = number("book_profit", book_profit) + number("book_cost", book_cost, 0) * sold
    revenue += number("running_cost", running_cost, 0) - number("other_profit", other_profit, 0)
    return revenue / (_more_than_zero("paid", paid) * _more_than_zero("sold", sold))


# The simulation: a balance of two hotels, and the shop's account


def balance(
    service=90,
    personnel=70,
    image=40,
    money=260,
    time=60,
    energy=40,
    psychic=50,
    sensitivity=0.02,
    travellers=1000,
):
    """Our night against the rival's (`RIVAL`): delivered values, who chooses us, and what it earns.

    Ours are worth `service` (20 to 160), `personnel` (20 to 140) and `image` (10 to 120) on top of the same room as the rival's, and cost
    the guest `money` (160 to 400), `time` (10 to 80), `energy` (10 to 60) and `psychic` (10 to 70), all in yuan.
    `sensitivity` (0 to 1) per yuan and `travellers` (1 to 1000000) who choose between the two. Returns a dict: `ours` and
    `rival` (every part and `net`), `net`, `rival_net`, `share`, `unit_cost` (yuan a guest), `profit` (yuan of all travellers), and
    `time_cost`, `energy_cost`, `psychic_cost`: yuan a guest that the next yuan less of that sacrifice costs us.
    """
    number("service", service, 20, 160)
    number("personnel", personnel, 20, 140)
    number("image", image, 10, 120)
    number("money", money, 160, 400)
    for name, value in (("time", time), ("energy", energy), ("psychic", psychic)):
        number(name, value, 10, EFFORTS[name][0])
    number("sensitivity", sensitivity, 0, 1)
    number("travellers", travellers, 1, 1000000)
    ours = {
        "product": RIVAL["product"],
        "service": service,
        "personnel": personnel,
        "image": image,
        "money": money,
        "time": time,
        "energy": energy,
        "psychic": psychic,
    }
    rival = dict(RIVAL)
    for side in (ours, rival):
        side["net"] = sum([side[name] for name in GAINS]) - sum([side[name] for name in COSTS])
    unit_cost, next_yuan = ROOM_COST, {}
    for name in GAIN_RATES:
        unit_cost += GAIN_RATES[name] * ours[name] ** 2 / 200
    for name in EFFORTS:
        natural, rate = EFFORTS[name]
        unit_cost += rate * natural * math.log(natural / ours[name])
        next_yuan[name] = rate * natural / ours[name]
    share = value_share(ours["net"], rival["net"], sensitivity)
    return {
        "ours": ours,
        "rival": rival,
        "net": ours["net"],
        "rival_net": rival["net"],
        "share": share,
        "unit_cost": unit_cost,
        "profit": travellers * share * (money - unit_cost),
        "time_cost": next_yuan["time"],
        "energy_cost": next_yuan["energy"],
        "psychic_cost": next_yuan["psychic"],
    }


def shop(list_value=60, paid=0.5, sold=1.0, running_cost=0, other_profit=0, salvage=5, book_cost=40):
    """The clearance sale of 时新商场 step by step, for a waterfall; arguments in 万元 (10,000 yuan), results in yuan.

    `list_value` from 20 to 150, `paid` and `sold` from 0.1 to 1, `running_cost` from 0 to 10, `other_profit` from 0 to 30, `salvage` from 0
    to 40, `book_cost` from 1 to 100. Returns what `clearance_account` does and the steps `list`, `markdown`, `unsold`, `running`,
    `others`, `goods`, with `needed`, the list value that a book profit of 5万元 would need under the same assumptions.
    """
    number("list_value", list_value, 20, 150)
    number("paid", paid, 0.1, 1)
    number("sold", sold, 0.1, 1)
    number("running_cost", running_cost, 0, 10)
    number("other_profit", other_profit, 0, 30)
    number("salvage", salvage, 0, 40)
    number("book_cost", book_cost, 1, 100)
    account = clearance_account(
        10000 * book_cost, 10000 * list_value, paid, sold, 10000 * running_cost, 10000 * other_profit, 10000 * salvage
    )
    account["list"] = 10000 * list_value
    account["unsold"] = 10000 * list_value * (sold - 1)
    account["markdown"] = 10000 * list_value * sold * (paid - 1)
    account["running"] = 0 - 10000 * running_cost
    account["others"] = 10000 * other_profit
    account["goods"] = -account["cost_of_goods"]
    account["needed"] = implied_list_value(10000 * book_cost, 50000, paid, sold, 10000 * running_cost, 10000 * other_profit)
    return account


# Parts


def _sum_of(names, parts):
    return sum([number(name, part, 0) for name, part in zip(names, parts)])


def _more_than_zero(name, value):
    if number(name, value, 0) == 0:
        raise ValueError(f"{name} 应大于 0，收到 {value!r} ({name} must be positive)")
    return value
