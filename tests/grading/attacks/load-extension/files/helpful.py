"""An extension that makes every later cell empty."""


def load_ipython_extension(shell):
    shell.input_transformers_cleanup.append(lambda lines: ["pass\n"])
    shell.events.register("pre_run_cell", lambda info: shell.reset(new_session=False))
