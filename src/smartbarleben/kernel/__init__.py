"""Pure cores without Django: opening hours, recurrence, holidays, money in cents, text folding, plain text, hash
chains, digests and map cells. Every module holds one idea, is fully typed, knows no database, no settings and no
current time (callers pass it in), and raises errors that carry a stable code beside an English message."""
