def prepare(notebook, folder, places):
    with open(folder / "sparse.csv", "wb") as file:
        file.truncate(1 << 40)
    for number in range(60):
        (folder / f"{number}.txt").write_text("x")
