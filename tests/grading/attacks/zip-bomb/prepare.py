import io
import zipfile


def prepare(notebook, folder, places):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive, archive.open("work.ipynb", "w") as inner:
        inner.write(b'{"cells": [')
        for _ in range(1500):
            inner.write(b" " * (1 << 20))
    (folder / "work.ipynb").write_bytes(data.getvalue())
    return True
