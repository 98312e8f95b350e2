// What runs beside a reader's own code in MicroPython: it calls the code, and says what went wrong, where and in whose words.
import explain from "../../practice/explain.py";
import checking from "../../practice/checking.py";

const WHERE = `
import io, json, sys
from service_marketing.practice.explain import explain

def _line(error, file):
    "The last line of the reader's own file on the way to the error."
    out = io.StringIO()
    sys.print_exception(error, out)
    found = None
    for each in out.getvalue().split("\\n"):
        if '"' in each and each.split('"')[1].endswith(file) and ", line " in each:
            digits = each.split(", line ")[1].split(",")[0]
            found = int(digits) if digits.isdigit() else found
    return found

def _explained(error, file, source, language):
    line, text = explain(type(error).__name__, str(error), _line(error, file), source, language)
    return {"line": line, "message": text}
`;

const MODEL = `
def _shape(value, like, path):
    "Why a result cannot be drawn, as (reason, where), compared with what the original gives; None when it can."
    if isinstance(like, dict):
        if not isinstance(value, dict):
            return "kind", path
        for key in like:
            if key not in value:
                return "missing", key
            wrong = _shape(value[key], like[key], key)
            if wrong:
                return wrong
    elif isinstance(like, list):
        if not isinstance(value, (list, tuple)):
            return "kind", path
        if like:
            if not value:
                return "empty", path
            if isinstance(like[0], list):
                for each in value:
                    if not isinstance(each, (list, tuple)) or len(each) < len(like[0]):
                        return "kind", path
                    for a, b in zip(each, like[0]):
                        wrong = _shape(a, b, path)
                        if wrong:
                            return wrong
            else:
                for each in value:
                    wrong = _shape(each, like[0], path)
                    if wrong:
                        return wrong
    elif isinstance(like, (int, float)) and not isinstance(like, bool):
        if not isinstance(value, (int, float)):
            return "kind", path
        if value != value or value in (float("inf"), -float("inf")):
            return "number", path
    elif isinstance(like, str) and not isinstance(value, str):
        return "kind", path
    return None

def _model(question):
    q = json.loads(question)
    module, name = q["target"].split(".")
    try:
        found = __import__("service_marketing.models." + module, None, None, [name])
        function = getattr(found, name, None)
        if function is None:
            return json.dumps({"shape": ["function", name]})
        value = function(**q["values"])
        wrong = _shape(value, q["like"], "") if q["like"] is not None else None
        return json.dumps({"shape": wrong} if wrong else {"value": value})
    except BaseException as error:
        return json.dumps(_explained(error, q["file"], q["source"], q["language"]))
`;

const PRACTICE = `
from service_marketing.practice.checking import check

def _practice(question):
    q = json.loads(question)
    practice, source = q["practice"], q["source"]
    zh = practice["language"] == "zh"
    wrote = []
    space = {"__name__": "answer", "print": lambda *values, **named: wrote.append(1)}

    def explained(error):
        told = _explained(error, "answer.py", source, practice["language"])
        return told["line"], told["message"]

    def failed(message, line=None):
        return json.dumps({"passed": False, "rows": [], "message": message, "hint": "", "line": line})

    try:
        exec(compile(source, "answer.py", "exec"), space)
    except BaseException as error:
        line, message = explained(error)
        at = "" if line is None else (f"第{line}行：" if zh else f"Line {line}: ")
        return failed(at + message, line)
    name = practice["function"]
    function = space.get(name)
    if not callable(function):
        return failed(f"找不到函数 {name}：第一行要写 def {name}(…):，名字不能改。" if zh
                      else f"There is no function {name}: the code needs def {name}(…): with just this name.")
    module, _, target = practice["reference"].rpartition(".")
    reference = getattr(__import__(module, None, None, [target]), target)
    wrongs = [eval(wrong) if wrong else None for wrong in practice["wrongs"]]
    return json.dumps(check(practice, function, reference, wrongs, q["seed"], q["attempt"], explained, lambda: bool(wrote)))
`;

/** What an engine is equipped with to run an edited model: files and text. */
export const modelBench = [{ "practice/explain.py": explain }, WHERE + MODEL];

/** The same to check a practice. */
export const practiceBench = [{ "practice/explain.py": explain, "practice/checking.py": checking }, WHERE + PRACTICE];
