"""What a browser gets, with nothing from outside: the pages and their files."""
