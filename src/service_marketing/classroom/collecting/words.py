"""What becomes of files and why, in words; the keys are what rows carry."""

from collections.abc import Mapping

from service_marketing.grading.problems import Text

VERDICTS: Mapping[str, Text] = {
    "take": Text("收", "taken"),
    "beside": Text("一并收", "taken along"),
    "unusable": Text("收，但没法批改", "taken, cannot be graded"),
    "same": Text("已经收过", "collected before"),
    "older": Text("不收，已收的更好", "left, what is there is better"),
    "superseded": Text("不收，有更好的一份", "left, another file is better"),
    "unmatched": Text("不知道是谁的", "not matched"),
    "refused": Text("不收", "refused"),
    "skipped": Text("不收（matches里写的）", "left out by hand"),
    "ignored": Text("系统文件，不算", "system file, ignored"),
}
"""What becomes of a file."""

REASONS: Mapping[str, Text] = {
    "": Text("", ""),
    "unknown": Text("路径和笔记本里都没有名单上的学号或姓名", "no student of the list in its path or in the notebook"),
    "same-name": Text("名单上有{0}，分不清是哪一个", "several students have this name: {0}"),
    "several": Text("路径里有不止一个学生：{0}", "several students in its path: {0}"),
    "conflict": Text("学号是{0}的，姓名却是{1}", "the number is {0}, the name is {1}"),
    "stray-number": Text("姓名是{0}，学号{1}却不在名单上", "the name is {0}, the number {1} is on no list"),
    "part-of-name": Text("可能是{0}，也可能是名单外姓名更长的人", "may be {0}, or somebody with a longer name who is not on the list"),
    "wrong-assignment": Text("是另一份作业的笔记本：{0}", "the notebook of another assignment: {0}"),
    "not-a-notebook": Text("不是笔记本，是{0}", "no notebook but {1}"),
    "empty": Text("空文件", "an empty file"),
    "empty-zip": Text("空的ZIP", "an empty ZIP"),
    "damaged": Text("笔记本是残缺的", "the notebook is damaged"),
    "encrypted": Text("ZIP有密码，让学生去掉密码再交", "an encrypted ZIP; ask for one without a password"),
    "corrupt": Text("ZIP坏了：{0}", "a corrupt ZIP: {1}"),
    "unsafe-path": Text("ZIP里的路径指到文件夹外面", "its path in the ZIP leads outside"),
    "link": Text("是链接或特殊文件，不是真的文件", "a link or special file and no real one"),
    "bomb": Text("疑似压缩炸弹：{0}", "looks like a ZIP bomb: {1}"),
    "too-deep": Text("ZIP套了{0}层以上", "ZIPs nested more than {0} deep"),
    "too-large": Text("太大（{0}），上限{1}", "too large ({0}), at most {1}"),
    "too-many": Text("同一个学生的附件超过{0}个", "more than {0} other files of one student"),
    "access": Text("打不开：{0}", "cannot be opened: {0}"),
    "duplicate": Text("和收下的一份内容相同", "the same content as the one taken"),
    "later-taken": Text("有更晚的一份", "a later one was taken"),
    "better-taken": Text("另一份完整，或者题目更全", "another one is whole, or has more of the questions"),
    "there-newer": Text("已收的一份不比它早（{0}）", "the one collected is not older ({0})"),
    "there-better": Text("已收的一份能批改，这份不能", "the one collected can be graded, this cannot"),
}
"""Why; {0} and {1} are filled in for each row."""

HOW: Mapping[str, Text] = {
    "": Text("", ""),
    "number": Text("学号", "number"),
    "name": Text("姓名", "name"),
    "class": Text("姓名+班级", "name and class"),
    "e-mail": Text("邮箱", "e-mail"),
    "notebook": Text("笔记本里的学号", "number in the notebook"),
    "manual": Text("手工指定", "by hand"),
}
CLOCKS: Mapping[str, Text] = {
    "": Text("", ""),
    "name": Text("文件名", "file name"),
    "platform": Text("平台的标记", "the platform's mark"),
    "zip": Text("ZIP里的时间", "time in the ZIP"),
    "file": Text("文件时间", "the file's time"),
}
NOTES: Mapping[str, Text] = {
    "other-number": Text("笔记本里写的学号是{0}", "the notebook says {0}"),
    "typo": Text("学号写成了{0}", "the number is given as {0}"),
    "longer": Text("姓名前后还连着别的字", "other characters next to the name"),
    "no-marks": Text("笔记本没有题目标记", "the notebook has no marks of questions"),
    "damaged": Text("笔记本残缺，能救出一部分", "damaged; a part of it can be saved"),
    "names-differ": Text("路径里还有别人的名字：{0}", "somebody else in its path too: {0}"),
    "extension": Text("扩展名不是.ipynb", "not named .ipynb"),
}
