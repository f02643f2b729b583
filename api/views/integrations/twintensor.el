(require 'eglot)
(add-to-list 'eglot-server-programs
             '(python-mode . ("sh" "-c" "cd CHECKOUT && exec .venv/bin/python -m api lsp")))
(add-hook 'python-mode-hook #'eglot-ensure)
