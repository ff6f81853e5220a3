-- What a user does in Neovim, one step after the other; the first that does not come to pass ends it with an error.

local seconds = 60
local case = vim.api.nvim_get_current_buf()

local function wait(what, fits)
  if not vim.wait(seconds * 1000, fits, 50) then
    local found = vim.inspect(vim.tbl_map(function(item) return item.message end, vim.diagnostic.get()))
    io.stderr:write('not seen: ' .. what .. '\n' .. found .. '\n' .. vim.fn.execute('messages') .. '\n')
    vim.cmd('cquit')
  end
end

local function says(buffer, text)
  for _, item in ipairs(vim.diagnostic.get(buffer)) do
    if item.message:find(text, 1, true) then return true end
  end
  return false
end

local function put_cursor(line, text)
  local number = vim.fn.search(line)
  local column = vim.fn.getline(number):find(text, 1, true) + #text - 1
  vim.api.nvim_win_set_cursor(0, { number, column })
end

wait('the finding in an opened file', function() return says(case, 'no tag is called `smoek`') end)

vim.cmd('%s/smoek/smo/')
put_cursor('^tags: ', 'smo')
local labels = {}
wait('the proposal of a tag', function()
  local params = vim.lsp.util.make_position_params(0, 'utf-16')
  for _, answer in pairs(vim.lsp.buf_request_sync(case, 'textDocument/completion', params, 5000) or {}) do
    labels = vim.tbl_map(function(item) return item.label end, (answer.result or {}).items or {})
  end
  return vim.tbl_contains(labels, 'smoke')
end)

vim.cmd('%s/smo,/smoke,/')
wait('the finding to go', function() return #vim.diagnostic.get(case) == 0 end)
vim.cmd('write')

put_cursor('^tags: ', 'persist')
vim.lsp.buf.definition()
wait('the definition of a tag', function() return vim.fn.expand('%:t') == 'persistence.yaml' end)
wait('the server at the definition', function()
  local answer = vim.lsp.buf_request_sync(0, 'textDocument/hover', vim.lsp.util.make_position_params(0, 'utf-16'), 5000)
  return answer ~= nil and next(answer) ~= nil
end)

vim.fn.cursor(1, 6)
local folder = vim.fn.expand('%:p:h')
vim.lsp.buf.rename('storage')
wait('the renamed file', function() return vim.loop.fs_stat(folder .. '/storage.yaml') ~= nil end)
wait('the buffer of the renamed file', function() return vim.fn.expand('%:t') == 'storage.yaml' end)
vim.cmd('wall')
wait('no finding after the rename', function() return #vim.diagnostic.get() == 0 end)

os.rename(folder .. '/smoke.yaml', folder .. '/../smoke.away')
wait('the finding about a tag that was deleted outside', function() return says(case, 'no tag is called `smoke`') end)
os.rename(folder .. '/../smoke.away', folder .. '/smoke.yaml')
wait('the finding to go when the tag is back', function() return #vim.diagnostic.get() == 0 end)
vim.cmd('qall!')
