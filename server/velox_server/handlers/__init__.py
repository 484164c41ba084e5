"""LSP methods, one file each."""
