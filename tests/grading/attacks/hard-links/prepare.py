import os


def prepare(notebook, folder, places):
    os.link(places.home / ".ssh" / "id_ed25519", folder / "key.txt")
    os.link(places.course / "source" / "quiz" / "work.ipynb", folder / "work.ipynb")
    return True
