"""What goes wrong with backups, in words that say what to do."""


class KeepingTrouble(Exception):
    """A backup cannot be made, read or brought back; the message is a sentence for the operator."""
