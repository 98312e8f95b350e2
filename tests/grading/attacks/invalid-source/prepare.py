def prepare(notebook, folder, places):
    cell = next(cell for cell in notebook.cells if cell.get("id") == "free")
    cell.source = "(" * 5000 + ")" * 5000 + "\n" + "\x00" + "lambda: " * 3000 + "0"
