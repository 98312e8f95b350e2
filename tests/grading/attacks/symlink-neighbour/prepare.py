def prepare(notebook, folder, places):
    (folder / "one").symlink_to("../../a-right")
    (folder / "two").symlink_to("one/quiz")
    (folder / "work.ipynb").symlink_to("two/work.ipynb")
    return True
