"""nbgrader for students: fetch, validate, submit, feedback. They can change what they see here; accounts and modes keep the rest."""

import os

c = get_config()  # noqa: F821  (nbgrader defines it)

c.CourseDirectory.course_id = os.environ["COURSE_ID"]
c.CourseDirectory.student_id = os.environ["JUPYTERHUB_USER"]  # the number alone; the system account has a prefix
c.Exchange.root = os.environ["COURSE_EXCHANGE"]
