// libpq, typed.
