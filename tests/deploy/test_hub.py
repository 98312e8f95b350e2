"""The hub, started for real: two students and an instructor take an assignment from release to feedback, and students try more.

Everything goes the way it goes in a class: accounts from a class list, logins over HTTP, a server for each as an account of its
own, nbgrader's own server extensions, the grader in its sandbox.
"""

import html
import json
import pwd
import re
import stat
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
import requests
from course_hub import accounts

from deploy import running
from deploy.people import Person
from service_marketing.classroom import submissions

NAME = "00-tools"
FILE = f"{NAME}/{NAME}.ipynb"
GOOD, LAZY = "2025210101", "u2025210102"
MB = 1024 * 1024


@pytest.fixture(scope="module")
def hub(root):
    if missing := running.lacking(root):
        pytest.skip(missing)
    with running.hub(root) as made:
        text = made.settings.read_text(encoding="utf-8").replace("memory_mb = 1024", "memory_mb = 700")
        made.settings.write_text(text, encoding="utf-8")
        (made.folder / "class.csv").write_text("学号,姓名\n2025210101,王雨桐\nU2025210102,李明\n", encoding="utf-8")
        made.command("enrol", "class.csv", "--passwords", "new.csv")
        made.start()
        yield made


@pytest.fixture(scope="module")
def people(hub, desk):
    """The instructor and the two students, logged in, with their servers running and an assignment made."""
    secrets = hub.passwords("new.csv")
    found = {login: Person(hub.address, login, secrets[login]) for login in (GOOD, LAZY, "teacher")}
    for person in found.values():
        found_itself = person.log_in()
        assert found_itself.status_code in (200, 503), found_itself.url
        assert (desk in found_itself.url) is (person.login == "teacher")
    with ThreadPoolExecutor() as pool:
        starts = [pool.submit(found[login].start) for login in (GOOD, LAZY)]
        made = pool.submit(assign, found["teacher"], desk)
        for each in starts:
            each.result()
        assert "done" in made.result(), made.result()
    return found


def assign(teacher, desk):
    """Make the students' version in a terminal's way."""
    teacher.wait(f"{desk}/lab")
    return teacher.run(f"!course assign {NAME} --to . && echo done", desk)


@pytest.fixture(scope="module")
def course(hub):
    """nbgrader's name of the course."""
    return next((hub.folder / "srv" / "exchange").iterdir()).name


@pytest.fixture(scope="module")
def desk(course):
    """Where the instructors' server is."""
    return f"/services/{course}"


@pytest.fixture(scope="module")
def semester(hub, people, course, desk):
    """One assignment from release to feedback; what came of each step."""
    teacher, good, lazy = people["teacher"], people[GOOD], people[LAZY]
    button = f"{desk}/formgrader/api"

    def press(path):
        answer = teacher.post(f"{button}/{path}")
        assert answer.ok, f"{path}: {answer.status_code} {answer.text[:500]}"
        body = answer.json()
        assert body["success"], body
        return body

    press(f"assignment/{NAME}/release")

    for student in (good, lazy):
        student.assignments(course, "fetch", NAME)
    source = nbformat.read(hub.course / "source" / NAME / f"{NAME}.ipynb", 4)
    released = nbformat.from_dict(json.loads(good.read(FILE)))
    solved = submissions.fill(released, source, (), "先道歉，再说怎么补救。" * 20)
    good.write(FILE, solved)
    # the other one does the first task, and tries to see where his code runs when it is graded
    spy = f"""
import glob, os
with open("seen.txt", "w") as seen:
    seen.write(str(glob.glob({str(hub.course)!r} + "/*") + glob.glob({str(hub.folder / "homes")!r} + "/*")))
print("SEEN", open("seen.txt").read(), os.environ.get("JUPYTERHUB_API_TOKEN"))
"""
    lazy_notebook = submissions.copied(released)
    for cell in lazy_notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "t1":
            cell.source = next(c for c in solved.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "t1").source + spy
    lazy.write(FILE, lazy_notebook)
    # and to hand in the solution by a link, and something in the other's name
    hidden = hub.course / "source" / NAME / f"{NAME}.ipynb"
    lazy.run(f"!ln -s {hidden} {NAME}/solution.ipynb")
    tried = lazy.run(
        f"""
import os, shutil
inbound = {str(hub.folder / "srv" / "exchange" / course / "inbound")!r}
forged = f"{{inbound}}/{GOOD}+{NAME}+2099-01-01 00:00:00.000000 UTC+forged"
shutil.copytree({NAME!r}, forged, symlinks=True)
open(forged + "/timestamp.txt", "w").write("2099-01-01 00:00:00.000000 UTC")
linked = f"{{inbound}}/{LAZY}+{NAME}+2001-01-01 00:00:00.000000 UTC+linked"
os.mkdir(linked); os.chmod(linked, 0o755)
os.symlink({str(hidden)!r}, linked + "/{NAME}.ipynb")
os.mkfifo(linked + "/pipe.txt")
open(linked + "/timestamp.txt", "w").write("2001-01-01 00:00:00.000000 UTC")
os.chmod(linked + "/timestamp.txt", 0o644)
print("made")
"""
    )
    assert tried == "made\n"
    first = press(f"assignment/{NAME}/collect")
    linked = sorted(path.name for path in (hub.course / "submitted" / LAZY / NAME).iterdir())
    lazy.run(f"!rm {NAME}/solution.ipynb")
    for student in (good, lazy):
        submitted = student.assignments(course, "submit", NAME)
        assert [each["status"] for each in submitted].count("submitted") == 1
    second = press(f"assignment/{NAME}/collect")
    for student in (GOOD, LAZY):
        press(f"submission/{NAME}/{student}/autograde")
    press(f"assignment/{NAME}/generate_feedback")
    press(f"assignment/{NAME}/release_feedback")
    scores = teacher.get(f"{button}/submissions/{NAME}").json()
    pages = {}
    for student in (good, lazy):
        listed = student.assignments(course, "fetch_feedback", NAME)
        (where,) = {
            submission["local_feedback_path"]
            for assignment in listed
            if assignment["status"] == "submitted"
            for submission in assignment["submissions"]
            if submission["has_local_feedback"]
        }
        pages[student.login] = student.read(f"{where}/{NAME}.html")
    return {
        "collected": (first, second),
        "linked": linked,
        "scores": {each["student"]: each for each in scores},
        "pages": pages,
    }


# --- A semester


def test_full_marks_come_back_for_the_solution_and_few_for_one_task(semester):
    good, lazy = semester["scores"][GOOD], semester["scores"][LAZY]
    assert good["code_score"] == good["max_code_score"] > 50
    assert 0 < lazy["code_score"] < 20
    assert (good["last_name"], lazy["last_name"]) == ("王雨桐", "李明")


def test_students_read_their_own_feedback_and_no_hidden_test(semester, hub):
    source = nbformat.read(hub.course / "source" / NAME / f"{NAME}.ipynb", 4)
    hidden = [
        line.strip()
        for cell in source.cells
        for block in re.findall(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", cell.source, re.DOTALL)
        for line in block.splitlines()
        if len(line.strip()) > 20
    ]
    assert len(hidden) > 10
    for student, other in ((GOOD, LAZY), (LAZY, GOOD)):
        page = html.unescape(re.sub(r"<[^>]*>", "", semester["pages"][student]))
        assert f"{semester['scores'][student]['code_score']:g}" in page
        assert other not in page
        assert not [line for line in hidden if line in page]


def test_graded_code_saw_nothing_of_the_machine(semester, hub):
    """The button of formgrader graded in the sandbox, not as the instructor."""
    graded = (hub.course / "autograded" / LAZY / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")
    assert "SEEN [] None" in graded
    assert list((hub.course / ".grader").rglob("*"))


def test_submissions_in_the_name_of_another_are_not_collected(semester, hub):
    first, second = semester["collected"]
    for body in (first, second):
        assert "named 2025210101, owned by" in body["log"]
    stamp = (hub.course / "submitted" / GOOD / NAME / "timestamp.txt").read_text(encoding="utf-8")
    assert "2099" not in stamp


def test_links_to_the_solution_are_not_collected(semester):
    assert semester["linked"] == ["timestamp.txt"]


# --- Students and what is not theirs


def test_formgrader_is_for_instructors(people, desk):
    assert people["teacher"].get(f"{desk}/formgrader").status_code == 200
    for login in (GOOD, LAZY):
        student = people[login]
        for path in (f"{desk}/formgrader", f"{desk}/lab", f"{desk}/api/contents/gradebook.db"):
            assert student.get(path).status_code == 403, path
        assert student.get(f"{student.own}/formgrader").status_code == 404
        assert student.get(f"{student.own}/formgrader/api/assignments").status_code == 404
        page = student.get(f"{student.own}/lab").text
        assert '"@jupyter/nbgrader:formgrader"' in page
        assert desk not in student.get("/hub/home").text
    assert desk in people["teacher"].get("/hub/home").text


def test_nobody_enters_the_server_of_another(people):
    """An admin neither."""
    for visitor, host in ((GOOD, LAZY), (LAZY, GOOD), ("teacher", GOOD)):
        assert people[visitor].get(f"/user/{host}/api/contents").status_code in (403, 404)
        assert people[visitor].get(f"/user/{host}/lab").status_code in (403, 404)
        assert people[visitor].get(f"/user/{host}/api/contents").status_code in (403, 404)


def test_nobody_without_a_login_gets_anywhere(hub, people, desk):
    for path in ("/hub/home", f"/user/{GOOD}/lab", f"{desk}/formgrader", "/hub/admin"):
        answer = requests.get(hub.address + path, timeout=30)
        assert "/hub/login" in answer.url, path
    assert requests.get(f"{hub.address}/user/{GOOD}/api/contents", timeout=30).status_code == 403


def test_cookies_are_for_https_where_the_reader_came_by_it(hub):
    """By the header that nginx.conf sets."""
    https = {"X-Scheme": "https"}
    form = requests.get(f"{hub.address}/hub/login", headers=https, timeout=30)
    token = form.cookies["_xsrf"]
    said = requests.post(
        f"{hub.address}/hub/login",
        headers={**https, "Cookie": f"_xsrf={token}"},
        data={"username": "teacher", "password": hub.passwords("new.csv")["teacher"], "_xsrf": token},
        allow_redirects=False,
        timeout=30,
    )
    login = next(cookie for cookie in said.headers["set-cookie"].split(", ") if cookie.startswith("jupyterhub-session-id"))
    assert "Secure" in login
    assert "HttpOnly" in login
    assert "frame-ancestors 'none'" in form.headers["content-security-policy"]


def test_students_are_no_admins(people):
    for login in (GOOD, LAZY):
        for path in ("/hub/admin", "/hub/authorize", "/hub/api/users"):
            assert people[login].get(path).status_code in (403, 404), path
    for path in ("/hub/admin", "/hub/authorize"):
        assert people["teacher"].get(path).status_code == 200, path


@pytest.mark.parametrize(
    "what",
    [
        "os.listdir({home})",
        "open({home} + '/{file}').read()",
        "os.listdir({course})",
        "open({course} + '/gradebook.db', 'rb').read()",
        "open({course} + '/source/{file}').read()",
        "open({course} + '/nbgrader_config.py').read()",
        "os.listdir({inbound})",
        "os.listdir({feedback})",
        "os.rename({exchange} + '/{id}', {exchange} + '/old')",
        "os.mkdir({exchange} + '/{id}/outbound/99-forged')",
        "os.unlink({exchange} + '/{id}/outbound/{file}')",
        "os.listdir({state})",
        "os.kill({server}, 9)",
        "open('/proc/{server}/environ').read()",
        "os.setuid(0)",
        "os.setuid({other})",
    ],
)
def test_students_cannot(what, semester, hub, people, course):
    exchange = hub.folder / "srv" / "exchange"
    other = pwd.getpwnam(hub.prefix + GOOD).pw_uid
    server = min(running.processes(other))
    code = what.format(
        home=repr(str(hub.home(GOOD))), course=repr(str(hub.course)), exchange=repr(str(exchange)), id=course, file=FILE,
        inbound=repr(str(exchange / course / "inbound")), feedback=repr(str(exchange / course / "feedback")),
        state=repr(str(hub.folder / "state")), server=server, other=other,
    )  # fmt: skip
    said = people[LAZY].run(f"import os\nprint('RESULT', {code})")
    assert "PermissionError" in said, said
    assert "RESULT" not in said


def test_submissions_cannot_be_taken_away_by_who_knows_their_names(semester, hub, people, course):
    inbound = hub.folder / "srv" / "exchange" / course / "inbound"
    theirs = next(path for path in inbound.iterdir() if path.name.startswith(GOOD) and not path.name.endswith("forged"))
    said = people[LAZY].run(f"import os\nos.rename({str(theirs)!r}, {str(theirs) + 'x'!r})")
    assert "PermissionError" in said


def test_homes_and_course_belong_to_one_account_each(semester, hub):
    for folder, owner in ((hub.home(GOOD), hub.prefix + GOOD), (hub.home(LAZY), hub.prefix + LAZY), (hub.course, hub.grader)):
        found = folder.stat()
        assert stat.S_IMODE(found.st_mode) == 0o700
        assert pwd.getpwuid(found.st_uid).pw_name == owner
    assert pwd.getpwnam(hub.prefix + GOOD).pw_shell == "/usr/sbin/nologin"


# --- Limits


def test_a_kernel_that_takes_too_much_dies_and_its_server_lives(people):
    student = people[LAZY]
    said = student.run("kept = [b'x' * 10_000_000 for _ in range(200)]\nprint('GOT', len(kept))")
    assert "GOT" not in said
    assert "dead" in said or "MemoryError" in said
    student.kernels.clear()
    assert student.run("print(6 * 7)") == "42\n"


def test_processes_and_files_have_limits(people):
    student = people[LAZY]
    code = """
import subprocess, time
held = []
try:
    for _ in range(400): held.append(subprocess.Popen(["sleep", "30"]))
except (BlockingIOError, RuntimeError, OSError) as error: print("STOPPED", len(held) < 210)
for each in held: each.kill()
for each in held: each.wait()
"""
    assert student.run(code) == "STOPPED True\n"
    said = student.run("with open('big', 'wb') as file:\n    for _ in range(30): file.write(bytes(10_000_000))")
    assert "OSError" in said or "dead" in said
    student.kernels.clear()
    assert int(student.run("import os; print(os.path.getsize('big'))")) <= 200 * MB


# --- What whoever runs the server finds


def test_check_says_what_there_is_and_what_is_missing(semester, hub, course):
    said = hub.command("check")
    assert f"课程 {course}：{hub.course}" in said
    assert ("磁盘：" in said) is not accounts.quotas()


# --- What students find


def test_chinese_jupyterlab_with_the_course_and_its_data(people):
    student = people[GOOD]
    overrides = student.get(f"{student.own}/lab/api/settings/@jupyterlab/translation-extension:plugin").json()
    assert overrides["schema"]["properties"]["locale"]["default"] == "zh_CN" or "zh_CN" in json.dumps(overrides)
    assert student.get(f"{student.own}/lab/api/translations/zh_CN").json()["data"]
    said = student.run("from service_marketing import datasets\nprint(len(datasets.load_guests()) > 100)")
    assert said == "True\n"


def test_who_signs_up_waits_for_an_admin(hub, people):
    newcomer = Person(hub.address, "2025219999", "rather-long-secret")
    page = newcomer.get("/hub/signup")
    assert page.ok
    form = {
        "username": newcomer.login, "signup_password": newcomer.secret, "signup_password_confirmation": newcomer.secret,
        "_xsrf": newcomer.xsrf("/hub/"),
    }  # fmt: skip
    assert newcomer.browser.post(f"{hub.address}/hub/signup", data=form, timeout=30).ok
    newcomer.log_in()
    assert "/hub/login" in newcomer.get("/hub/home").url
    assert people["teacher"].get(f"/hub/authorize/{newcomer.login}").ok
    newcomer.log_in()
    assert newcomer.get("/hub/home").url.endswith("/hub/home")
