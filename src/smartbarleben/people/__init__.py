"""Who works here: staff accounts, roles and what each may do."""
