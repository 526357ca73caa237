"""Background work: the queue's worker, the clock for what is due, and mail."""
