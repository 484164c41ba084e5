;;; session.el --- A session in Emacs with eglot -*- lexical-binding: t -*-
;; Called as `emacs --batch -q -l session.el` with VELOX_TEST_SERVER (one word a line), VELOX_TEST_FILE and
;; VELOX_TEST_REPORT in the environment.  Writes what it saw as JSON.  Eglot never resolves code actions.

(require 'package)
(package-activate-all)
(require 'eglot)
(require 'flymake)
(require 'json)

(defvar report nil)
(defun note (key value) (push (cons key value) report))

(defun finish (failed)
  (note 'failed failed)
  (with-temp-file (getenv "VELOX_TEST_REPORT") (insert (json-encode report))))

(defun wait-for (what condition &optional seconds)
  (let ((limit (+ (float-time) (or seconds 150))) value)
    (while (not (setq value (funcall condition)))
      (when (> (float-time) limit)
        (finish (format "timed out: %s" what))
        (kill-emacs 1))
      (accept-process-output nil 0.05))
    value))

;; The person: answers every question with its first choice, which is Apply.
(defvar questions nil)
(cl-defmethod eglot-handle-request (_server (_method (eql window/showMessageRequest)) &key _type actions message)
  (push message questions)
  (aref actions 0))
(defvar messages nil)
(cl-defmethod eglot-handle-notification (_server (_method (eql window/showMessage)) &key _type message)
  (push message messages))

(setq eglot-sync-connect 60
      eglot-confirm-server-initiated-edits nil
      make-backup-files nil
      create-lockfiles nil)
(setq eglot-server-programs `((python-mode . ,(split-string (getenv "VELOX_TEST_SERVER") "\n"))))

(condition-case err
    (progn
      (find-file (getenv "VELOX_TEST_FILE"))
      (python-mode)
      (let ((eglot-stay-out-of nil))
        (apply #'eglot (eglot--guess-contact)))
      (wait-for "the server" (lambda () (eglot-current-server)))
      (flymake-mode 1)
      (flymake-start)
      (wait-for "diagnostics" (lambda () (flymake-diagnostics)))
      (let ((first (car (sort (flymake-diagnostics) (lambda (a b) (< (flymake-diagnostic-beg a) (flymake-diagnostic-beg b)))))))
        (note 'diagnostic (flymake-diagnostic-text first))
        (note 'line (line-number-at-pos (flymake-diagnostic-beg first)))
        (goto-char (flymake-diagnostic-beg first)))
      (let* ((server (eglot-current-server))
             (hover (jsonrpc-request server :textDocument/hover (eglot--TextDocumentPositionParams))))
        (note 'hover (plist-get (plist-get hover :contents) :value))
        (let* ((actions (jsonrpc-request
                         server :textDocument/codeAction
                         (list :textDocument (eglot--TextDocumentIdentifier)
                               :range (list :start (eglot--pos-to-lsp-position) :end (eglot--pos-to-lsp-position))
                               :context '(:diagnostics []))))
               (action (aref actions 0))
               (command (plist-get action :command))
               (before (buffer-string)))
          (note 'title (plist-get action :title))
          (note 'inline (and command t))
          ;; As eglot does it: the command's name as a symbol, and its answer is waited for with input blocked.
          (let ((started (float-time)))
            (eglot-execute-command server (intern (plist-get command :command)) (plist-get command :arguments))
            (note 'blocked_seconds (- (float-time) started)))
          (wait-for "the edit" (lambda () (not (equal before (buffer-string)))))
          (note 'applied (buffer-string))
          (note 'question (car questions))
          (save-buffer)
          (undo-boundary)
          (sleep-for 1.5)
          (let ((last-command nil)) (undo-only 1))
          (note 'undone (equal before (buffer-string)))
          (save-buffer)
          (sleep-for 1.5))
        (note 'messages (vconcat messages))
        (eglot-shutdown server nil nil t))
      (finish nil))
  (error (finish (format "%S" err))))
