"""Cases: whatever a person hands in and the town hall must answer. One inbox, one number, one promised answer."""
