import os
import socket


def prepare(notebook, folder, places):
    os.mkfifo(folder / "work.ipynb")
    os.mkfifo(folder / "more.csv")
    here = os.getcwd()
    os.chdir(folder)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("one.socket")
    os.chdir(here)
    return True
