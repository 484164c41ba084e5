-- A whole session in a real Neovim: open, see the squiggle, take the light bulb, apply, save, undo, save.
-- Called as `nvim --headless -u NONE -i NONE -n -c "luafile session.lua"` with VELOX_TEST_SERVER, VELOX_TEST_FILE and
-- VELOX_TEST_REPORT in the environment; writes what it saw to the report as JSON.

local server = vim.split(vim.env.VELOX_TEST_SERVER, "\n")
local file = vim.env.VELOX_TEST_FILE
local report = { progress = 0 }

local function finish()
  vim.fn.writefile({ vim.fn.json_encode(report) }, vim.env.VELOX_TEST_REPORT)
  vim.cmd("qall!")
end

local function wait(what, condition)
  if not vim.wait(120000, condition, 20) then
    report.failed = "timed out: " .. what
    finish()
  end
end

local function text(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n") .. "\n"
end

-- The person at the keyboard: answers the question with Apply, and watches the progress.
vim.lsp.handlers["window/showMessageRequest"] = function(_, result)
  report.question = result.message
  return result.actions[1]
end
vim.lsp.handlers["window/showMessage"] = function(_, result)
  report.message = result.message
end
vim.lsp.handlers["$/progress"] = function()
  report.progress = report.progress + 1
end

vim.cmd("edit " .. vim.fn.fnameescape(file))
vim.bo.filetype = "python"
local buffer = vim.api.nvim_get_current_buf()
local exit_code
local client = vim.lsp.start_client({
  name = "velox",
  cmd = server,
  root_dir = vim.fn.fnamemodify(file, ":h"),
  on_exit = function(code)
    exit_code = code
  end,
})
vim.lsp.buf_attach_client(buffer, client)

wait("diagnostics", function()
  return #vim.diagnostic.get(buffer) > 0
end)
local diagnostic = vim.diagnostic.get(buffer)[1]
report.diagnostic = { code = diagnostic.code, line = diagnostic.lnum, source = diagnostic.source }

local place = { line = diagnostic.lnum, character = diagnostic.col }
local function ask(method, params)
  local answers = vim.lsp.buf_request_sync(buffer, method, params, 60000)
  return answers and answers[client] and answers[client].result
end
local document = { uri = vim.uri_from_bufnr(buffer) }
report.hover = ask("textDocument/hover", { textDocument = document, position = place }).contents.value
local actions = ask("textDocument/codeAction", {
  textDocument = document,
  range = { start = place, ["end"] = place },
  context = { diagnostics = {} },
})
report.title = actions[1].title
local action = actions[1]
if not action.command then
  action = ask("codeAction/resolve", action)
end

local before = text(buffer)
vim.lsp.buf_request(buffer, "workspace/executeCommand", {
  command = action.command.command,
  arguments = action.command.arguments,
}, function() end)
wait("the edit", function()
  return text(buffer) ~= before or report.message
end)
if report.message then
  report.failed = "no rewrite was offered"
  finish()
end
report.applied = text(buffer)
vim.cmd("silent write")
wait("no diagnostics", function()
  return #vim.diagnostic.get(buffer) == 0
end)
vim.cmd("silent undo")
report.undone = text(buffer) == before
vim.cmd("silent write")
vim.wait(500)

vim.lsp.stop_client(client)
wait("the server's end", function()
  return exit_code ~= nil
end)
report.exit_code = exit_code
finish()
