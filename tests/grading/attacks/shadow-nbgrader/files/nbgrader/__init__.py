open("@TOKEN@-nbgrader", "w").close()
