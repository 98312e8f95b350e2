# Everything a fresh machine needs beyond Python 3.11–3.13, make and git is installed into .venv by these rules.
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
  $$p -c 'import sys, venv, ensurepip; raise SystemExit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
# Node and npm come from PyPI into .venv; nbgrader, too, looks for its helpers on PATH
export PATH := $(CURDIR)/$(BIN):$(PATH)
FRONTEND := $(wildcard package*.json src/service_marketing/widget/frontend/* src/service_marketing/widget/frontend/*/*)

.PHONY: help serve book publish pdf epub zip lab test test-long grade-demo semester-demo lint lock bench clean
help:
	@echo "make serve       建书并打开 http://127.0.0.1:$(PORT) (PORT= 换端口)"
	@echo "make test        运行全部测试"
	@echo "make book        建书到 _build/site/"
	@echo "make book PYODIDE=Pyodide完整版的文件夹、压缩包或网址   读者能在浏览器里运行笔记本"
	@echo "make publish URL=网址   做成可以放到服务器上的样子，在 _build/publish/"
	@echo "make pdf         把全书排成 _build/服务营销.pdf"
	@echo "make epub        把全书做成 _build/服务营销.epub"
	@echo "make zip         把整个网站做成 _build/服务营销-离线版.zip，解压就能读"
	@echo "make lab         在 JupyterLab 里打开各章"
	@echo "make pdf EDITION=en   英文版；epub、zip、lab也一样 (the English edition of pdf, epub, zip or lab)"
	@echo "make grade-demo  用 30 份模拟作业走一遍 发布-收取-评分-反馈"
	@echo "make semester-demo 用 200 名模拟学生走完一学期，中断了接着走"
	@echo "make lint        检查代码与文稿的格式"
	@echo "make bench       测量网页与评分的速度"
	@echo "make lock        更新 requirements/*.txt"
	@echo "make clean       删除所有生成的文件"

# With PYODIDE=, a folder, an archive or an address of the full Pyodide distribution, readers run the notebooks in their browsers
serve: $(VENV)/.course $(if $(PYODIDE),$(VENV)/.lite)
	@$(BIN)/course serve --port $(PORT) $(if $(PYODIDE),--pyodide "$(PYODIDE)")

book: $(VENV)/.course $(if $(PYODIDE),$(VENV)/.lite)
	@$(BIN)/course book $(if $(PYODIDE),--pyodide "$(PYODIDE)")

publish: $(VENV)/.course $(if $(PYODIDE),$(VENV)/.lite)
	@$(BIN)/course publish $(if $(URL),--url "$(URL)") $(if $(PYODIDE),--pyodide "$(PYODIDE)")

# EDITION=en makes the English one
EDITION ?= zh
pdf: $(VENV)/.course
	@$(BIN)/course pdf --language $(EDITION)

epub: $(VENV)/.course
	@$(BIN)/course epub --language $(EDITION)

zip: $(VENV)/.course
	@$(BIN)/course zip --language $(EDITION)

lab: $(VENV)/.course
	@$(BIN)/course lab --language $(EDITION)

grade-demo: $(VENV)/.course
	@$(BIN)/course grade-demo

semester-demo: $(VENV)/.course
	@$(BIN)/course semester-demo

test: $(VENV)/.dev $(VENV)/.lite book
	@$(BIN)/python tests/tools.py install
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-long: $(VENV)/.dev $(VENV)/.lite book
	@$(BIN)/python tests/tools.py install
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --long

lint: $(VENV)/.dev
	@$(BIN)/pre-commit run --all-files

bench: $(VENV)/.dev book
	@for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

lock: $(VENV)/.dev
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --all-extras pyproject.toml -o requirements/dev.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --extra book --extra grading -c requirements/dev.txt pyproject.toml -o requirements/course.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --extra book --extra grading --extra hub -c requirements/dev.txt pyproject.toml -o requirements/hub.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --group lite -c requirements/dev.txt -o requirements/lite.txt
	@$(BIN)/python requirements/environment.py

clean:
	rm -rf _build dist node_modules $(VENV) src/service_marketing/widget/static .pytest_cache .ruff_cache .hypothesis
	find src tests exercises -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11、3.12 或 3.13（Debian/Ubuntu 还要 apt install python3-venv） (Python 3.11–3.13 with venv is needed)"; exit 1; }
	@echo "[1/3] 新建 $(VENV) ($(PYTHON))"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.packages: requirements/course.txt | $(VENV)/bin/python
	@echo "[2/3] 安装课程所需的包，第一次约一两分钟 (installing exact versions)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/course.txt
	@touch $@

# Installing the package bundles the front end with Node; again only when its sources change
$(VENV)/.course: $(VENV)/.packages pyproject.toml $(FRONTEND)
	@echo "[3/3] 安装课程本身 (bundling the front end)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.lite: requirements/lite.txt $(VENV)/.course
	@echo "安装JupyterLite (installing JupyterLite)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --upgrade --target $(VENV)/lite -r requirements/lite.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.course
	@echo "安装测试所需的包 (installing what the tests need)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
