from nbformat.v4 import new_markdown_cell


def prepare(notebook, folder, places):
    script = f"document.title = 'taken-{places.token}'"
    text = f'<script>{script}</script>\n\n<img src=x onerror="{script}">\n\n[x](javascript:{script.replace(" ", "")})\n\n</div></main>'
    notebook.cells.append(new_markdown_cell(text, id="text"))
