"""Case text to safe HTML: the only place where text becomes markup."""
