-- A session in Neovim 0.11 with the plugin folder: `nvim --headless -u NONE -i NONE -n -l plugin_session.lua`, with
-- VELOX_TEST_PLUGIN, VELOX_TEST_SERVER, VELOX_TEST_FILE and VELOX_TEST_REPORT in the environment. Writes what it saw.
vim.opt.runtimepath:prepend(vim.env.VELOX_TEST_PLUGIN)
local file = vim.env.VELOX_TEST_FILE
local report = { messages = {}, progress = 0, questions = {} }

local function finish(failed)
  report.failed = failed
  vim.fn.writefile({ vim.json.encode(report) }, vim.env.VELOX_TEST_REPORT)
  vim.cmd("qall!")
end

local function wait(what, condition)
  if not vim.wait(150000, condition, 20) then
    finish("timed out: " .. what)
    error(what)
  end
end

local function text(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n") .. "\n"
end

vim.notify = function(message)
  table.insert(report.messages, message)
end
-- The person: answers questions with Apply, and takes the only entry of a menu.
vim.lsp.handlers["window/showMessageRequest"] = function(_, result)
  table.insert(report.questions, result.message)
  return result.actions[1]
end
vim.ui.select = function(items, _, chosen)
  chosen(items[1], 1)
end
vim.api.nvim_create_autocmd("LspProgress", {
  callback = function()
    report.progress = report.progress + 1
  end,
})

vim.cmd("filetype on")
vim.cmd("cd " .. vim.fn.fnameescape(vim.fs.dirname(file)))
require("velox").setup({
  cmd = vim.split(vim.env.VELOX_TEST_SERVER, "\n"),
  settings = { trust = true, verifyInIdle = false },
})
vim.cmd("edit " .. vim.fn.fnameescape(file))
local buffer = vim.api.nvim_get_current_buf()
wait("the client", function()
  return #vim.lsp.get_clients({ name = "velox", bufnr = buffer }) == 1
end)
local client = vim.lsp.get_clients({ name = "velox" })[1]
report.version = tostring(vim.version())

wait("diagnostics", function()
  return #vim.diagnostic.get(buffer) > 0
end)
local diagnostic = vim.diagnostic.get(buffer)[1]
report.diagnostic = { code = diagnostic.code, line = diagnostic.lnum, source = diagnostic.source }
report.related = vim.tbl_get(diagnostic, "user_data", "lsp", "relatedInformation") ~= nil
vim.api.nvim_win_set_cursor(0, { diagnostic.lnum + 1, diagnostic.col })

local function ask(method, params)
  local answer = client:request_sync(method, params, 60000, buffer)
  return answer and answer.result
end
local document = vim.lsp.util.make_text_document_params(buffer)
local place = { textDocument = document, position = { line = diagnostic.lnum, character = diagnostic.col } }
report.hover = ask("textDocument/hover", place).contents.value
local keyword = { textDocument = document, position = { line = diagnostic.lnum - 1, character = 5 } }
report.highlights = #(ask("textDocument/documentHighlight", keyword) or {})

vim.cmd("VeloxScan")
wait("the quickfix list", function()
  return #vim.fn.getqflist() > 0
end)
report.quickfix = vim.fn.getqflist()[1].text

vim.cmd("VeloxVerify")
wait("verified findings", function()
  return vim.iter(report.messages):any(function(message)
    return message:find("verified rewrites wait") ~= nil
  end)
end)
local range = { start = place.position, ["end"] = place.position }
local listed = ask("textDocument/codeAction", { textDocument = document, range = range, context = { diagnostics = {} } })
report.titles = vim.tbl_map(function(action)
  return action.title
end, listed)
local lens = ask("textDocument/codeLens", { textDocument = document })
report.lens = lens[1] and lens[1].command.title
vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
wait("inlay hints", function()
  return #vim.lsp.inlay_hint.get({ bufnr = buffer }) > 0
end)
report.hint = vim.lsp.inlay_hint.get({ bufnr = buffer })[1].inlay_hint.label

local before = text(buffer)
vim.cmd("VeloxFixAll")
wait("the edit", function()
  return text(buffer) ~= before
end)
report.applied = text(buffer)
vim.cmd("silent write")
vim.wait(1500)
vim.cmd("silent undo")
report.undone = text(buffer) == before
vim.cmd("silent write")
vim.wait(1500)

local detached = false
vim.api.nvim_create_autocmd("LspDetach", {
  callback = function()
    detached = true
  end,
})
client:stop()
wait("the server's end", function()
  return detached and client:is_stopped()
end)
finish()
