"""Right answers that the models have no function for, in the portable subset of Python.

They stand for exercises: small numbers, plain steps. The thresholds of `rfm_code` are teaching assumptions.
"""

from ..models.capacity import average_speed_of_answer, service_productivity
from ..models.checks import number, numbers, whole
from ..models.quality import GAP_COSTS, close_gaps, difference_reliability
from ..models.satisfaction import acsi_index, satisfaction
from ..models.service_design import cohen_kappa_table
from ..models.skills import communication_self_test


def index_of_three(overall, expected, ideal):
    """Satisfaction index from 0 to 100 out of three mean ratings from 1 to 10, equal weights. Source: Fornell et al. (1996)."""
    return acsi_index(numbers("means", [overall, expected, ideal], 1, 10))


def asymmetric_satisfaction(expectation, performance):
    """`satisfaction` (1 to 9) with the chapter's own numbers: gain 0.5, loss aversion 2, anchor 0.1."""
    return satisfaction(expectation, performance, 0.5, 2, 0.1)


def silent_customers(recorded, complain_share, record_share):
    """How many dissatisfied customers said nothing.

    recorded: complaints in the register, 0 or more; complain_share: share of the dissatisfied who complain to somebody at
    the firm; record_share: share of those complaints that are written down; both above 0 and at most 1.
    Source: complaint iceberg, TARP (1986); the same step as in chapter 6.
    """
    whole("recorded", recorded, 0)
    number("complain_share", complain_share, 0.001, 1)
    number("record_share", record_share, 0.001, 1)
    said = recorded / record_share
    return said / complain_share - said


def rfm_code(days, visits, spend):
    """RFM as a three-digit number, 111 to 333, recency first: 3 is best.

    days since the last visit (0 or more): 30 or less 3, 90 or less 2; visits in a year (0 or more): 6 or more 3, 3 or more 2;
    spend in yuan (0 or more): 3000 or more 3, 1000 or more 2; else 1. Source: the scoring of Hughes (1994), with three classes.
    """
    number("days", days, 0)
    number("visits", visits, 0)
    number("spend", spend, 0)
    recency = 3 if days <= 30 else 2 if days <= 90 else 1
    frequency = 3 if visits >= 6 else 2 if visits >= 3 else 1
    money = 3 if spend >= 3000 else 2 if spend >= 1000 else 1
    return 100 * recency + 10 * frequency + money


def incident_code(owed, asked, fine):
    """Which kind an incident of service is, by the three questions of chapter 1: 0 genuine, 1 owed, 2 improper, 3 without limit.

    owed: the customer was owed it anyway; asked: the customer asked for it; fine: it is proper and the firm can afford it.
    The rule is the course's own.
    """
    if owed:
        return 1
    if fine:
        return 0
    return 3 if asked else 2


def kappa_of_four(both, only_first, only_second, neither):
    """Cohen's kappa of two coders who said yes or no, from the four counts, each a whole number of 1 or more. Source: Cohen (1960)."""
    whole("both", both, 1)
    whole("only_first", only_first, 1)
    whole("only_second", only_second, 1)
    whole("neither", neither, 1)
    return cohen_kappa_table([[both, only_first], [only_second, neither]])


def nearest_kind(price, service):
    """Which of three centres a member is nearest to: 0, 1 or 2; of equally near ones the first.

    price and service: how much the member minds each, 0 to 10. The centres (2.5, 7.5), (8, 2.5) and (7.5, 7.5) are teaching
    assumptions; the step is that of k-means, Lloyd (1982).
    """
    number("price", price, 0, 10)
    number("service", service, 0, 10)
    best, least = 0, 1000.0
    for i, centre in enumerate(((2.5, 7.5), (8.0, 2.5), (7.5, 7.5))):
        distance = (price - centre[0]) ** 2 + (service - centre[1]) ** 2
        if distance < least:
            best, least = i, distance
    return best


def four_abilities(answers):
    """Contact, asking, informing and influencing out of the 16 answers (1 to 5 each) of chapter 5's self-test, as four sums."""
    scores = communication_self_test(answers)
    return scores["contact"], scores["asking"], scores["informing"], scores["influencing"]


def one_window_wait(per_hour, minutes):
    """Mean wait in minutes at one window, M/M/1: `per_hour` guests an hour (above 0), `minutes` each (above 0). Source: Erlang (1917)."""
    return average_speed_of_answer(1, per_hour / 60, minutes)


def three_efficiencies(cost, potential, served, revenue):
    """Internal, capacity and external efficiency out of chapter 10's `service_productivity`, in that order."""
    parts = service_productivity(cost, potential, served, revenue)
    return parts["internal"], parts["capacity"], parts["external"]


def gap_score_reliability(perception, expectation, correlation):
    """Reliability of a gap score whose two parts spread equally. Source: Lord & Novick (1968)."""
    return difference_reliability(perception, expectation, correlation)


def gap_that_remains(knowledge, standards, delivery, communication, budget):
    """What is left of chapter 4's four gaps, in points, when `budget` (10,000 yuan) is spent where it goes furthest."""
    return close_gaps([knowledge, standards, delivery, communication], GAP_COSTS, budget)["gap5"]


def zone_code(perception, adequate, desired):
    """Measure of service adequacy P − A, of superiority P − D, and the place: 0 below the zone of tolerance, 1 within, 2 above.

    Points on any scale; `adequate` not above `desired`, an edge counts as within. Source: Zeithaml, Berry & Parasuraman (1993).
    """
    adequacy = number("perception", perception) - number("adequate", adequate)
    superiority = perception - number("desired", desired)
    return adequacy, superiority, 0 if adequacy < 0 else 2 if superiority > 0 else 1


def skill_next_quarter(skill, hours, turnover):
    """Mean skill (1 to 9) a quarter later: what training adds less what is forgotten and what leaves with people.

    skill: 3 to 9, newcomers have 3; hours of training an employee, 0 to 40; turnover: share that leaves, 0 to 1. Training
    closes 0.01 an hour of what is missing to 9, 5 % of what was learned is forgotten. The course's own, in round numbers.
    """
    number("skill", skill, 3, 9)
    number("hours", hours, 0, 40)
    number("turnover", turnover, 0, 1)
    return skill + 0.01 * hours * (9 - skill) - (0.05 + turnover) * (skill - 3)


def authority_limit(asking, wrong):
    """Up to how many yuan employees should settle a case themselves: the sum at which their mistakes cost as much as asking.

    asking: yuan that it costs to fetch a manager, 0 or more; wrong: share of the cases that they settle wrongly, above 0 and
    at most 1, each then losing the whole sum. The course's own.
    """
    number("asking", asking, 0)
    number("wrong", wrong, 0.001, 1)
    return asking / wrong


def difference_in_differences(trained, control):
    """The effect of a pilot and its standard error, of the changes (after less before) of trained and of control stores.

    Each a list of at least 2 numbers. Source: the difference of two means with unequal variances (Welch, 1947), on the
    changes of the units that were drawn (Bertrand, Duflo & Mullainathan, 2004).
    """
    first, second = numbers("trained", trained), numbers("control", control)
    error = (_variance(first) / len(first) + _variance(second) / len(second)) ** 0.5
    return sum(first) / len(first) - sum(second) / len(second), error


def _variance(values):
    if len(values) < 2:
        raise ValueError("每组至少要两家店 (at least two stores a group are wanted)")
    mean = sum(values) / len(values)
    return sum([(x - mean) ** 2 for x in values]) / (len(values) - 1)
