-- Neovim 0.11 finds this file on the runtime path: vim.lsp.enable("velox") is all that is needed.
return {
  cmd = { "velox-server" },
  filetypes = { "python" },
  root_markers = { "pyproject.toml", "setup.py", "setup.cfg", ".git" },
}
