"""The hub of one course on one server: its settings, its folders, its accounts, and how students' servers are started."""
