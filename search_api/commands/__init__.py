"""What each `casebook` command does, one file each, imported only when it is called."""
