-- Commands around the server: setup{}, :VeloxRewrite, :VeloxVerify, :VeloxFixAll, :VeloxScan.
local M = {}

local function notify(message, level)
  vim.notify("Velox: " .. message, level or vim.log.levels.INFO)
end

--- The client of the current buffer, or nil with a message that says what to do.
local function client()
  local found = vim.lsp.get_clients({ name = "velox", bufnr = 0 })[1]
  if not found then
    notify("no server runs for this buffer; see :checkhealth vim.lsp", vim.log.levels.WARN)
  end
  return found
end

local function execute(command, arguments, done)
  local server = client()
  if not server then
    return
  end
  -- The server itself says what went wrong, as a message.
  server:request("workspace/executeCommand", { command = command, arguments = arguments }, function(error, answer)
    if error then
      notify(error.message, vim.log.levels.ERROR)
    elseif done and answer and not answer.error and not answer.cancelled then
      done(answer)
    end
  end, 0)
end

--- Look for a verified rewrite of the function at the cursor, and ask about it.
function M.rewrite()
  vim.lsp.buf.code_action({ context = { only = { "refactor.rewrite.velox" }, diagnostics = {} }, apply = true })
end

--- Verify every finding of the buffer, so that its code actions carry figures.
function M.verify()
  execute("velox.verifyFile", { vim.uri_from_bufnr(0) }, function(answer)
    notify(("%d findings looked at, %d verified rewrites wait"):format(answer.looked_at, #answer.suggestions))
  end)
end

--- Apply every verified rewrite of the buffer as one edit.
function M.fix_all()
  vim.lsp.buf.code_action({ context = { only = { "source.fixAll.velox" }, diagnostics = {} }, apply = true })
end

--- Put the slow code of the workspace into the quickfix list.
function M.scan()
  execute("velox.scan", {}, function(answer)
    local kinds = { warning = "W", info = "I", hint = "N" }
    local items = vim.tbl_map(function(finding)
      return {
        filename = finding.path,
        lnum = finding.line,
        col = finding.column,
        type = kinds[finding.severity],
        text = ("%s %s %s"):format(finding.rule, finding.cost, finding.message),
      }
    end, answer.findings)
    vim.fn.setqflist({}, " ", { title = "Velox", items = items })
    notify(("%d findings in %d files"):format(answer.summary.findings, answer.summary.files))
  end)
end

--- Start Velox in Python buffers. `options.settings` are Velox's settings (docs/settings.md); `trust = true` among them
--- lets it verify findings while you pause. `options.cmd` replaces the server's command line.
function M.setup(options)
  options = options or {}
  vim.lsp.config("velox", {
    cmd = options.cmd,
    init_options = options.settings,
    settings = options.settings and { velox = options.settings } or nil,
  })
  vim.lsp.enable("velox")
  for name, run in pairs({ Rewrite = M.rewrite, Verify = M.verify, FixAll = M.fix_all, Scan = M.scan }) do
    vim.api.nvim_create_user_command("Velox" .. name, function()
      run()
    end, {})
  end
end

return M
