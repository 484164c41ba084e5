"""Which files a path means."""
