"""The velox command line, one file per subcommand."""
