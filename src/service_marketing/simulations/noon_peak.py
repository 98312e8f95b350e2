"""午高峰, the simulation of chapter 10: a noon hour guest by guest, and why waits explode before the staff is fully busy."""
from service_marketing.models import capacity

from .spec import Axis, Line, Lines, Mark, Mode, PredictCurve, PredictValue, Queue, Readout, Simulation, Slider, Task, Text

SERVERS = Slider("servers", Text("窗口数", "Windows open"), 1, 10, step=1, start=4)

queue = Mode(
    name="queue",
    title=Text("一个中午", "One noon"),
    intro=Text("中午十二点，悦来连锁大堂的面档开了{servers}个窗口，每碗面平均做3分钟。这一小时大约来{arrivals}位客人，多半挤在中间半小时。等不及的人转身就走。一碗卖30元，料10元，一个窗口这一小时120元（教学假设）。", "Twelve noon at the noodle counter in the Yuelai lobby: {servers} windows, three minutes a bowl on average. About {arrivals} guests come within the hour, most of them in the middle. Those who have waited too long walk away. A bowl sells at 30 yuan and takes 10 of ingredients; a window costs 120 for the hour (teaching assumptions)."),
    model=capacity.noon_peak,
    controls=(
        Slider("arrivals", Text("这一小时来的客人（约）", "Guests in this hour (about)"), 20, 150, step=5, start=90),
        SERVERS,
        Slider("patience", Text("平均耐心（感觉上的分钟）", "Mean patience (minutes as felt)"), 2, 30, step=1, start=12, help=Text("感觉等了这么久，客人就走。各人在它的一半到一倍半之间", "A guest leaves when the wait feels this long; each has between half and one and a half times as much")),
        Slider("announced", Text("告诉客人还要等多久", "Tell guests how long"), 0, 1, step=1, start=0, help=Text("不知道要等多久，1分钟像1.25分钟（教学假设，方向见Maister 1985）", "Not knowing makes a minute feel like 1.25 (a teaching assumption; the direction is Maister's, 1985)")),
        Slider("occupied", Text("等的时候有事可做", "Something to do meanwhile"), 0, 1, step=1, start=0, help=Text("先点单、看做面。干等着，1分钟像1.25分钟（教学假设）", "Ordering ahead, watching the cook. Idle, a minute feels like 1.25 (a teaching assumption)")),
        Slider("discount", Text("错峰优惠（元）", "Off-peak discount (yuan)"), 0, 10, step=1, start=0, help=Text("头十分钟和末十分钟来的客人便宜这么多；每便宜1元，高峰的客人有4%改时间（教学假设）", "For guests of the first and last ten minutes; every yuan moves 4% of the peak there (a teaching assumption)")),
        Slider("day", Text("哪一天", "Which day"), 1, 30, step=1, start=3),
    ),
    prediction=PredictValue(
        "lost_share",
        Text("约{arrivals}位客人，{servers}个窗口。百分之几的客人会等不及走掉？", "About {arrivals} guests, {servers} windows. What per cent will give up and leave?"),
        min=0, max=100, step=1, start=5,
    ),
    picture=Queue(
        people="people",
        groups=((Text("3分钟内轮到", "Served within 3 minutes"), "good"), (Text("等了更久", "Waited longer"), "neutral"), (Text("等不及走了", "Gave up"), "bad")),
        servers="servers", length="length",
    ),
    readouts=(
        Readout("lost_share", Text("走掉的客人", "Guests who left"), "percent"),
        Readout("wait", Text("平均等待", "Mean wait"), "minutes"),
        Readout("felt", Text("感觉等了", "As it felt"), "minutes"),
        Readout("tolerated", Text("一般客人最多肯等", "A typical guest will wait"), "minutes"),
        Readout("satisfaction", Text("平均满意度（1–9）", "Mean satisfaction (1–9)")),
        Readout("busy", Text("窗口忙碌的时间", "Time the windows are busy"), "percent"),
        Readout("profit", Text("这一小时的利润", "Profit of this hour"), "money"),
    ),
)

knee = Mode(
    name="knee",
    title=Text("拐点", "The knee"),
    intro=Text("面档现在{servers}个人，平均{service_time}分钟服务一位客人。老板嫌人闲着：忙碌的时间从七成提到九成半，客人要多等多久？", "The counter has {servers} people who need {service_time} minutes a guest. The owner dislikes idle hands: if they are busy 95% of the time instead of 70%, how much longer do guests wait?"),
    model=capacity.knee,
    controls=(
        Slider("rho", Text("现在的利用率", "Utilisation now"), 0.25, 0.97, step=0.01, start=0.7, help=Text("服务的人有多大比例的时间在忙", "The share of time that the people serving are busy")),
        SERVERS,
        Slider("service_time", Text("服务一位客人（分钟）", "Minutes a guest"), 1, 6, step=0.5, start=3),
        Slider("variation", Text("忽多忽少的程度", "How uneven it all is"), 0.25, 3, step=0.25, start=1, help=Text("1：客人随到、服务时间有长有短；预约和标准流程会让它变小", "1: guests come at random and services differ; appointments and routines lower it")),
    ),
    prediction=PredictCurve(
        Text("{servers}个人，每位客人{service_time}分钟。利用率从50%升到95%，平均等待是多少分钟？拖动圆点，画出你心里的线。", "{servers} people, {service_time} minutes a guest. As utilisation rises from 50% to 95%, how many minutes is the mean wait? Move the dots to draw the line you have in mind."),
        at=(50, 65, 75, 85, 95), start=5,
    ),
    picture=Lines(
        x=Axis(Text("利用率（%）", "Utilisation (%)"), 25, 97),
        y=Axis(Text("平均等待（分钟）", "Mean wait (minutes)"), 0, 30),
        lines=(
            Line("common", Text("大家排一条队", "One common line"), "accent"),
            Line("separate", Text("各排各的队", "A line before each"), "muted", dashed=True),
        ),
        marks=(Mark("use", Text("现在", "Now")), Mark("knee_use", Text("等待=服务时间", "Wait = service time"))),
    ),
    readouts=(
        Readout("wait", Text("平均等待", "Mean wait"), "minutes"),
        Readout("p_wait", Text("要等的客人", "Guests who must wait"), "percent"),
        Readout("growth", Text("客人多一成，等待变成", "With 10% more guests, the wait is"), "times"),
        Readout("separate_wait", Text("各排各的队，要等", "With separate lines"), "minutes"),
        Readout("knee", Text("等待和服务一样长时的利用率", "Utilisation at which waiting takes as long as the service"), "percent"),
    ),
)

noon_peak = Simulation(
    name="noon-peak",
    chapter=10,
    title=Text("午高峰", "The noon peak"),
    modes=(queue, knee),
    tasks=(
        Task(
            "queue",
            Text("窗口不加，只把“告诉客人还要等多久”打开。一般客人最多肯等几分钟？走掉的人少了吗？表上的平均等待呢？", "Leave the windows alone and only tell guests how long it will take. How many minutes does a typical guest bear now? Do fewer leave? And the mean wait on the clock?"),
            Text("面做得一点没快，一般客人却肯多等约2分钟，走掉的人少了，利润高了。表上的平均等待反而变长，因为留下来排队的人多了。只看表上的分钟数会看错。", "Not one bowl is made faster, yet a typical guest bears about 2 minutes more, fewer leave and profit rises. The mean wait on the clock even grows, because more stay in line. The clock alone misleads."),
            set={"arrivals": 90, "servers": 4, "patience": 12, "announced": 0, "occupied": 0, "discount": 0, "day": 3},
        ),
        Task(
            "queue",
            Text("把窗口从3个一格一格加到9个。满意度最高的窗口数，和利润最高的窗口数，是同一个吗？", "Go from 3 windows to 9, one at a time. Is the number with the highest satisfaction also the one with the highest profit?"),
            Text("利润在5个窗口最高，满意度到9个还在升。最满意的安排不是最赚钱的安排，要由我们来定：差的那几分满意度，以后值多少钱？第8章的顾客终身价值能帮着算。", "Profit is highest with 5 windows, satisfaction still rises at 9. The most satisfying staffing is not the most profitable; it is for us to say what the missing points are worth later. Chapter 8's lifetime value helps."),
            set={"arrivals": 90, "servers": 3, "patience": 12, "announced": 0, "occupied": 0, "discount": 0, "day": 3},
        ),
        Task(
            "knee",
            Text("4个人。先把利用率从70%调到80%，看等待多了几分钟；再从85%调到95%。同样是10个百分点，一样吗？再把人数换成1和10试试。", "Four people. Move utilisation from 70% to 80% and note the extra minutes; then from 85% to 95%. Ten points each: is it the same? Then try 1 and 10 people."),
            Text("前10个点只多等1分钟出头，后10个点多等约10分钟。4到5个人的小队，拐点在85%上下；1个人时早在50%，10个人时晚到92%左右。“85%”不是定律，要看队伍多大。", "The first ten points add little over a minute, the last about ten. For a team of four or five the knee lies near 85%; for one person it is already at 50%, for ten only near 92%. The 85% is no law: it depends on the size of the team."),
            set={"rho": 0.7, "servers": 4, "service_time": 3, "variation": 1},
        ),
    ),
)
