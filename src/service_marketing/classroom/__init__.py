"""Assignments as text, an instructor's semester with them, and demonstrations with made-up classes.

`check` is for notebooks and needs nothing but the course's own dependencies; everything else here is for instructors
and needs the extra `grading`. What was collected is graded by `service_marketing.grading`.

`collecting` takes in what platforms hand out, `exporting` fills in their grade files, both over `roster` and `tables`, the one
reader of CSV and XLSX; `marks` reads the gradebook and logs its changes, `class_report` makes pages of it (`class_data`,
`statistics`, `similarity`); `demo` and `semester` show all of it at work.
"""
