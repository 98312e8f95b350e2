"""Grade what students hand in for any nbgrader course: fast, boxed, with the tests outside the student's interpreter."""
