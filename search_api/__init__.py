"""Online: snapshot in, answers out."""
