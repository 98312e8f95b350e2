"""What a Python error means to somebody who has never programmed: one sentence, and the line it belongs to.

In the portable subset of Python, because the book's pages run this file in MicroPython and Jupyter runs it in CPython;
it knows the wording of both.
"""

PUNCTUATION = "，。：；（）【】｛｝“”‘’！？＝＋－＊／＜＞　、"
OPENING, CLOSING = "([{", ")]}"
HEADS = ("def", "if", "elif", "else", "for", "while", "try", "except", "finally", "with", "class")
METHODS = {
    "push": "append",
    "add": "append",
    "length": "len()",
    "size": "len()",
}
TYPES = {
    "int": ("整数", "a whole number"),
    "float": ("小数", "a number"),
    "str": ("文字", "a text"),
    "list": ("列表", "a list"),
    "tuple": ("元组", "a tuple"),
    "dict": ("字典", "a dict"),
    "set": ("集合", "a set"),
    "bool": ("真假值", "True or False"),
    "NoneType": ("None（什么也没有）", "None (nothing)"),
    "function": ("函数", "a function"),
    "generator": ("生成器", "a generator"),
}
SIGNS = {
    "add": "+",
    "iadd": "+=",
    "sub": "-",
    "isub": "-=",
    "mul": "*",
    "truediv": "/",
    "floordiv": "//",
    "mod": "%",
    "pow": "**",
    "lt": "<",
    "gt": ">",
    "le": "<=",
    "ge": ">=",
}


def explain(kind, message, line=None, source="", language="zh"):
    """The pair (line, sentence) for an error.

    kind: the exception's class name; message: what it says, in CPython's or MicroPython's words; line: its line in
    `source`, from 1, or None; language: "zh" or "en". The line given back may be an earlier one: a bracket that was
    never closed is noticed at the end of the file, and belongs where it was opened.
    """
    lines = source.split("\n")
    if kind in ("SyntaxError", "IndentationError", "TabError"):
        line, chinese, english = _syntax(kind, message, line, lines)
    else:
        chinese, english = _running(kind, message, _text(lines, line))
    return line, chinese if language == "zh" else english


def _text(lines, line):
    return lines[line - 1] if line and 1 <= line <= len(lines) else ""


def _quoted(message, number=0):
    """The words between quotation marks in an error's message."""
    parts = message.split("'")
    return parts[2 * number + 1] if len(parts) > 2 * number + 2 else ""


def _number_in(message, number=0):
    found = [word for word in message.replace("(", " ").replace(")", " ").split() if word.isdigit()]
    return found[number] if len(found) > number else ""


def _named(kind):
    return TYPES.get(kind, (kind, kind))


# Before anything runs


def _syntax(kind, message, line, lines):
    here = _text(lines, line)
    before = _before(lines, line)
    if "unexpected indent" in message:
        return line, "这一行开头的空格多了。和上一行对齐再试。", "This line starts with too many spaces. Line it up with the one above."
    if "unindent" in message or "dedent" in message or kind == "TabError":
        # noticed at the end of the line before
        place = _misaligned(lines, line)
        return (
            place,
            "这一行开头的空格和前面哪一行都对不上。同一层的几行要空同样多格，每进一层多空四格。",
            "This line's spaces match no line above. Lines of one level start with the same number of spaces, four more for each level.",
        )
    if wide := _wide(lines, line):
        place, mark = wide
        return (
            place,
            f"这一行有全角符号“{mark}”。代码里的标点要用英文输入法打。",
            f"This line has the full-width sign “{mark}”. Code wants the plain ones.",
        )
    if "outside function" in message:
        return (
            line,
            "return 不在函数里面。看看它前面的空格，是不是少缩进了。",
            "This return is outside the function. Check the spaces before it.",
        )
    if "outside loop" in message or "not properly in loop" in message:
        return (
            line,
            "break 和 continue 只能写在 for 或 while 里面。检查缩进。",
            "break and continue belong inside a for or while. Check the spaces.",
        )
    if "argument name reused" in message or "duplicate argument" in message:
        return line, "函数的括号里，同一个名字写了两遍。", "The same name stands twice in the function's brackets."
    if opened := _unclosed(lines, line):
        place, bracket = opened
        closing = CLOSING[OPENING.index(bracket)]
        return (
            place,
            f"这里开了括号“{bracket}”，后面没有合上。在该合的地方补一个“{closing}”。",
            f"The bracket “{bracket}” opened here is never closed. Put a “{closing}” where it should end.",
        )
    if extra := _surplus(here):
        return line, f"这一行多了一个“{extra}”，前面没有和它配对的括号。", f"This line has a “{extra}” too many: nothing opened it."
    word = here.strip().split(" ")[0].split("(")[0].split(":")[0]
    if before and before.rstrip().endswith(":") and _indent(here) <= _indent(before) and here.strip():
        return (
            line,
            "上一行以冒号结尾，这一行就要往里缩进四格。",
            "The line above ends with a colon, so this one must start four spaces further in.",
        )
    if "expected an indented block" in message:
        return (
            line,
            "上一行以冒号结尾，下面至少要有一行缩进四格的代码。",
            "The line above ends with a colon: below it a line must start four spaces further in.",
        )
    code = _code(here).rstrip()
    if word in HEADS and code and not code.endswith(":") and ":" not in code:
        return line, f"{word} 这一行的末尾少了冒号“:”。", f"This {word} line lacks the colon “:” at its end."
    if word in ("if", "elif", "while") and _single_equals(code):
        return line, "比较是不是相等要写两个等号“==”；一个等号是把右边的值存起来。", "To compare, write “==”; a single “=” stores a value."
    if word in ("else", "elif"):
        return line, f"{word} 前面找不到和它对齐的 if。检查缩进。", f"No if lines up with this {word}. Check the spaces."
    if word in ("except", "finally"):
        return line, f"{word} 前面找不到和它对齐的 try。检查缩进。", f"No try lines up with this {word}. Check the spaces."
    if word == "print" and not code.strip().startswith("print("):
        return line, "print 后面要有括号：print(…)。", "print wants brackets: print(…)."
    if "++" in code or "--" in code:
        return line, "Python里没有 ++ 和 --。加一写成 x = x + 1。", "Python has no ++ and --. To add one, write x = x + 1."
    if "&&" in code or "||" in code:
        return line, "“并且”写成 and，“或者”写成 or。", "Write and for “&&”, or for “||”."
    if _count(code, '"') % 2 or _count(code, "'") % 2:
        return line, "引号没有成对：文字的前后要用同样的引号。", "A quotation mark is missing: a text has the same one on both sides."
    if word == "match" or "{**" in code or "[*" in code:
        return line, "网页里的Python不认这种写法，换一种更基本的。", "The page's Python does not know this form; use a plainer one."
    if "assign to" in message:
        return line, "等号左边只能是一个名字。要比较是不是相等，写两个等号“==”。", "Left of “=” stands a name. To compare, write “==”."
    if "invalid syntax for integer" in message or "decimal literal" in message or "leading zeros" in message:
        return (
            line,
            "名字不能用数字开头，整数也不能用0开头；乘法要写出乘号“*”。",
            "A name cannot start with a digit, nor a whole number with 0; write “*” to multiply.",
        )
    if code.endswith(("+", "-", "*", "/", "=", ",", "and", "or", "return not")):
        return line, "这一行没有写完，末尾还缺一部分。", "This line is not finished: something is missing at its end."
    return (
        line,
        "Python读不懂这一行。检查括号、冒号、逗号和引号，再看看上一行是不是没写完。",
        "Python cannot read this line. Check brackets, colons, commas and quotation marks, and whether the line above is finished.",
    )


def _code(text):
    """A line without its comment and without what stands in quotation marks."""
    done, quote = "", ""
    for sign in text:
        if quote:
            if sign == quote:
                quote = ""
                done += sign
        elif sign == "#":
            break
        else:
            done += sign
            if sign in "\"'":
                quote = sign
    return done


def _count(text, sign):
    return len(text.split(sign)) - 1


def _indent(text):
    return len(text) - len(text.lstrip())


def _before(lines, line):
    """The last line above `line` that says something."""
    for place in range((line or 1) - 2, -1, -1):
        if _code(lines[place]).strip():
            return _code(lines[place])
    return ""


def _misaligned(lines, line):
    """The first line from `line` on that steps back to where no line above began."""
    for place in range(max((line or 1) - 1, 1), len(lines)):
        if not lines[place].strip():
            continue
        levels = [_indent(each) for each in lines[:place] if each.strip()]
        if levels and _indent(lines[place]) < levels[-1] and _indent(lines[place]) not in levels:
            return place + 1
    return line


def _wide(lines, line):
    """The line with the first full-width sign in code at or just above `line`, and the sign."""
    for place in ((line or 1), (line or 1) - 1):
        for sign in _code(_text(lines, place)):
            if sign in PUNCTUATION:
                return place, sign
    return None


def _unclosed(lines, line):
    """Where a bracket stands open at `line`, and the bracket; None when all are closed."""
    stack = []
    triple = ""
    for place, text in enumerate(lines[: line or len(lines)]):
        for marks in ('"""', "'''"):
            if _count(text, marks) % 2 and triple in ("", marks):
                triple = "" if triple else marks
        if triple:
            continue
        for sign in _code(text):
            if sign in OPENING:
                stack.append((place + 1, sign))
            elif sign in CLOSING and stack:
                stack.pop()
    if stack and (not line or stack[-1][0] < line or not _closed_later(lines, stack[-1][0])):
        return stack[-1]
    return None


def _surplus(text):
    """A closing bracket that nothing on its line opened, when the line opens nothing that is left open; else nothing."""
    depth = 0
    for sign in _code(text):
        depth += (sign in OPENING) - (sign in CLOSING)
        if depth < 0:
            return sign
    return ""


def _closed_later(lines, line):
    text = _code(_text(lines, line))
    return sum([_count(text, sign) for sign in OPENING]) <= sum([_count(text, sign) for sign in CLOSING])


def _single_equals(code):
    for pair in ("==", "!=", "<=", ">="):
        code = code.replace(pair, "")
    outside, depth = "", 0
    for sign in code:
        depth += (sign in OPENING) - (sign in CLOSING)
        if depth == 0:
            outside += sign
    return "=" in outside


# While it runs


def _running(kind, message, text):
    if kind == "NameError" or kind == "UnboundLocalError":
        return _name(message)
    if kind == "ZeroDivisionError":
        return (
            "这里除以了0。先用 if 判断除数是不是0，或者检查除数是怎么算出来的。",
            "This divides by 0. Check the divisor with an if first, or see how it came to be 0.",
        )
    if kind == "IndexError":
        if "pop from" in message:
            return "列表已经空了，没有东西可以取出。", "The list is empty: there is nothing left to take out."
        return (
            "位置超出了列表的长度。第一个的位置是0，最后一个是长度减1。",
            "This place lies beyond the list. The first is 0, the last its length less 1.",
        )
    if kind == "KeyError":
        return (
            f"字典里没有“{message.strip(chr(39))}”这一项。检查名字的拼写和大小写。",
            f"The dict has no “{message.strip(chr(39))}”. Check spelling and capitals.",
        )
    if kind == "AttributeError":
        return _attribute(message)
    if kind in ("ImportError", "ModuleNotFoundError"):
        return _import(message)
    if kind == "TypeError":
        return _type(message, text)
    if kind == "RecursionError" or (kind == "RuntimeError" and "recursion" in message):
        return (
            "函数一层一层地调用自己，停不下来。检查它什么时候该停。",
            "The function calls itself over and over. See when it should stop.",
        )
    if kind == "MemoryError":
        return (
            "内存不够用了：多半是列表一直在变长，或者数字太大。",
            "Out of memory: most likely a list keeps growing, or a number is too large.",
        )
    if kind == "OverflowError":
        return "数字太大，算不下去了。", "The number is too large."
    if kind == "AssertionError":
        return f"断言没有通过：{message or 'assert 后面的条件不成立'}。", f"An assertion failed: {message or 'its condition is not true'}."
    if kind == "StopIteration":
        return "已经取完了，没有下一个。", "There is no next one: all were taken."
    if kind in ("OSError", "FileNotFoundError", "PermissionError"):
        return "这里不能读写文件。把数据直接写在代码里。", "Files cannot be read or written here. Put the data into the code."
    if kind == "NotImplementedError":
        return "这一部分还没有写。", "This part is not written yet."
    if kind == "SystemExit":
        return "代码让程序退出了。去掉 exit() 再试。", "The code ended the program. Take out exit()."
    if kind == "KeyboardInterrupt":
        return "运行被打断了。", "The run was interrupted."
    if kind == "ValueError":
        return _value(message)
    return f"出错了（{kind}）：{message}", f"An error ({kind}): {message}"


def _name(message):
    name = _quoted(message)
    if "before assignment" in message or "cannot access local" in message:
        return (
            "这个名字在函数里先用了，后面才给值。在前面先给它一个起始值，例如0。",
            "This name is used before it has a value. Give it one first, 0 for example.",
        )
    if [sign for sign in name if sign in PUNCTUATION]:
        return (
            f"“{name}”里有全角符号。代码里的括号、逗号和引号要用英文输入法打。",
            f"“{name}” has full-width signs. Code wants the plain ones.",
        )
    if name == "math":
        return "没有引入 math。在最上面加一行：import math", "math is not imported. Put import math at the top."
    if name in ("true", "false", "none", "null"):
        right = {"true": "True", "false": "False"}.get(name, "None")
        return f"Python里没有“{name}”，要写成 {right}。", f"Python has no “{name}”; write {right}."
    if name in ("np", "pd", "numpy", "pandas"):
        return "网页里没有numpy和pandas，用列表、sum() 和循环来算。", "The page has no numpy or pandas; use lists, sum() and loops."
    return (
        f"没有叫“{name}”的东西。检查拼写和大小写；是文字就加上引号；要先有值才能用。",
        f"Nothing is called “{name}”. Check spelling and capitals; a text wants quotation marks; a name needs a value before it is used.",
    )


def _attribute(message):
    kind, name = _quoted(message), _quoted(message, 1)
    if message.startswith("module"):
        return f"{kind} 里没有“{name}”。检查拼写。", f"{kind} has no “{name}”. Check the spelling."
    if kind == "NoneType":
        return (
            f"点号前面是None（什么也没有），所以没有“{name}”。看看它是不是一个没有return的函数的结果。",
            f"What stands before the dot is None (nothing), so it has no “{name}”. Is it the result of a function without a return?",
        )
    chinese, english = _named(kind)
    better = METHODS.get(name)
    if kind == "list" and better:
        return f"列表没有“{name}”，要用 {better}。", f"A list has no “{name}”; use {better}."
    return f"{chinese}没有“{name}”这个功能。检查点号前面是不是你想的那个东西。", f"{english} has no “{name}”. Is it what you think it is?"


def _import(message):
    name = _quoted(message) or message.split(" ")[-1]
    if "module named" in message:
        return (
            f"这里没有“{name}”这个模块。能用的是 math；算平均数用 sum(x) / len(x)。",
            f"There is no module “{name}” here. You can use math; for a mean, sum(x) / len(x).",
        )
    return f"要引入的“{name}”不在那个模块里。检查拼写。", f"“{name}” is not in that module. Check the spelling."


def _type(message, text):
    if "positional argument" in message or ("missing" in message and "argument" in message):
        if " but " in message and _number_in(message, 1):
            wants, got = _number_in(message), _number_in(message, 1)
            return (
                f"这个函数要{wants}个参数，却给了{got}个。数一数括号里的逗号。",
                f"This function takes {wants} arguments and was given {got}. Count what stands in its brackets.",
            )
        return "调用函数时少给了参数。看看它的括号里要几个。", "An argument is missing. See how many the function takes."
    if "unexpected keyword argument" in message:
        name = _quoted(message)
        return (
            f"函数没有叫“{name}”的参数。函数括号里的名字不能改。",
            f"The function has no argument “{name}”. The names in its brackets must stay.",
        )
    if "callable" in message:
        chinese, english = _named(_quoted(message))
        return (
            f"{chinese}不能像函数那样加括号使用。是不是漏了乘号“*”，或者用一个函数的名字存了别的值？",
            f"{english} cannot be used like a function. Is a “*” missing, or was a function's name given another value?",
        )
    if "iterable" in message or "has no len()" in message:
        chinese, english = _named(_quoted(message))
        if "len()" in message:
            return f"{chinese}没有长度，len() 只能用在列表、文字这样的东西上。", f"{english} has no length; len() is for lists and texts."
        return (
            f"{chinese}不能一个一个地取。要从0数到n-1，写 range(n)。",
            f"{english} cannot be gone through one by one. To count from 0 to n-1, write range(n).",
        )
    if "subscriptable" in message or "item assignment" in message:
        chinese, english = _named(_quoted(message))
        if "assignment" in message:
            return f"{chinese}里的内容不能改。要改就用列表。", f"{english} cannot be changed. Use a list."
        return f"{chinese}后面不能加方括号取内容。", f"{english} has nothing to take out with square brackets."
    if "indices must be" in message:
        return "列表的位置要用整数：第一个是0。", "A place in a list is a whole number: the first is 0."
    pair = _operands(message)
    if pair:
        sign, left, right = pair
        (first, one), (second, two) = _named(left), _named(right)
        if "str" in (left, right):
            return (
                f"{first}和{second}不能用“{sign}”放在一起算。文字要先用 float() 变成数。",
                f"{one} and {two} do not go with “{sign}”. Turn the text into a number with float() first.",
            )
        if "NoneType" in (left, right):
            return (
                f"“{sign}”的一边是None（什么也没有）。看看哪个函数忘了return。",
                f"One side of “{sign}” is None (nothing). See which function lacks a return.",
            )
        if "list" in (left, right):
            return (
                f"{first}和{second}不能用“{sign}”放在一起算。要对列表里的每个数算，用 for 循环。",
                f"{one} and {two} do not go with “{sign}”. To compute with every number of a list, use a for loop.",
            )
        return f"{first}和{second}不能用“{sign}”放在一起算。", f"{one} and {two} do not go with “{sign}”."
    if (
        "convert" in message
        or "must be" in message
        or "unsupported type" in message
        or "bad operand" in message
        or "interpreted as an integer" in message
    ):
        return (
            "值的类型不对：这里要的是数，给的是别的东西（或者要整数，给了小数）。",
            "The wrong kind of value: a number (or a whole number) is wanted here.",
        )
    return f"类型不对：{message}", f"The wrong kind of value: {message}"


def _operands(message):
    """The sign and the two types of an operation that does not go."""
    if "unsupported types for" in message:  # MicroPython: unsupported types for __add__: 'str', 'int'
        name = message.split("for ", 1)[1].split(":")[0].strip("_ ")
        return SIGNS.get(name, "in"), _quoted(message), _quoted(message, 1)
    if "unsupported operand type(s) for" in message:  # CPython: … for +: 'int' and 'str'
        return message.split("for ", 1)[1].split(":")[0].split(" ")[0], _quoted(message), _quoted(message, 1)
    if "not supported between" in message:  # CPython: '<' not supported between instances of 'str' and 'int'
        return _quoted(message), _quoted(message, 1), _quoted(message, 2)
    if message.startswith("can only concatenate"):  # CPython: can only concatenate str (not "int") to str
        other = message.split('"')
        return "+", message.split(" ")[3], other[1] if len(other) > 1 else "int"
    if message.startswith("can't multiply sequence"):
        return "*", "list", "float"
    return None


def _value(message):
    if "math domain" in message or "expected a positive" in message or "nonnegative" in message:
        return (
            "这个数不能这样算：负数不能开平方，0和负数不能取对数，太大的数不能取指数。",
            "This number does not go here: no root of a negative one, no logarithm of 0 or less, no exponential of a huge one.",
        )
    if "unpack" in message:
        return "等号左边的名字和右边的值，个数不一样。", "There are not as many names left of “=” as values to its right."
    if "empty" in message and ("sequence" in message or "iterable" in message or "arg" in message):
        return "列表是空的，取不出最大或最小的数。", "The list is empty: it has no largest or smallest number."
    if "invalid syntax for" in message or "could not convert" in message or "invalid literal" in message:
        return "这段文字不能变成数。", "This text cannot be turned into a number."
    # a model's own refusal, Chinese first and English in brackets
    start = message.rfind(" (")
    if start > 0 and message.endswith(")"):
        return message[:start] + "。", message[start + 2 : -1] + "."
    return f"值不合适：{message}", f"Not a suitable value: {message}"
