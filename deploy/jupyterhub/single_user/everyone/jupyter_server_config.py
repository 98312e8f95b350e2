"""For every server behind the hub, students' and instructors'."""

import os

c = get_config()  # noqa: F821  (Jupyter defines it)

# A kernel that nobody uses gives its memory back, even while its page stays open
c.MappingKernelManager.cull_idle_timeout = int(os.environ["COURSE_IDLE_SECONDS"])
c.MappingKernelManager.cull_interval = 300
c.MappingKernelManager.cull_connected = True
c.TerminalManager.cull_inactive_timeout = int(os.environ["COURSE_IDLE_SECONDS"])
c.FileContentsManager.delete_to_trash = False  # a trash can would fill the student's quota, unseen
c.LabApp.extension_manager = "readonly"  # what is installed is the same for all
