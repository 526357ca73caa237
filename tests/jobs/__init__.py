"""Jobs and mails: with real processes that are killed, a real mail server, and a database of their own."""
