vim.api.nvim_create_autocmd("FileType", {
  pattern = "python",
  callback = function()
    vim.lsp.start({
      name = "twintensor",
      cmd = { "CHECKOUT/.venv/bin/python", "-m", "api", "lsp" },
      cmd_cwd = "CHECKOUT",
    })
  end,
})
