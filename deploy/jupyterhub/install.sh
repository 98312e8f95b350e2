#!/bin/sh
# 在Debian 12、Ubuntu 22.04以上的机器上安装中心，升级也用它：sudo deploy/jupyterhub/install.sh
# Installs the hub on Debian 12 or Ubuntu 22.04 and later, and upgrades it. It can be run again at any time.
set -eu

source=$(cd "$(dirname "$0")/../.." && pwd)
home=/opt/service-marketing
etc=/etc/service-marketing-hub
unit=/etc/systemd/system/service-marketing-hub.service
program=/usr/local/bin/course-hub

[ "$(id -u)" = 0 ] || { echo "用root运行 (run as root): sudo $0" >&2; exit 1; }
umask 022

case "${1-}" in
  --no-packages) ;;
  "") DEBIAN_FRONTEND=noninteractive apt-get update -qq
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv bubblewrap util-linux passwd nginx quota >/dev/null ;;
  *) echo "用法 (usage): $0 [--no-packages]" >&2; exit 2 ;;
esac

python=$(for p in /usr/bin/python3.13 /usr/bin/python3.12 /usr/bin/python3.11 /usr/bin/python3; do
  "$p" -c 'import sys, venv, ensurepip; raise SystemExit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo "$p" && break; done || true)
[ -n "$python" ] || { echo "要系统自带的Python 3.11到3.13，放在/usr/bin里，学生的账号才用得到 (Python 3.11-3.13 in /usr/bin is needed)" >&2; exit 1; }

# The sources and the Python lie where every account can read them, whatever the clone's own place
echo "[1/4] 课程 -> $home/source (the course)"
mkdir -p "$home/source"
for part in pyproject.toml package.json package-lock.json .npmrc README.md LICENSE LICENSES src data exercises chapters book requirements deploy; do
  rm -rf "$home/source/$part"
  cp -r "$source/$part" "$home/source/"
done
rm -rf "$home/source/deploy/jupyterhub/node_modules"

echo "[2/4] Python的包，第一次要几分钟 (Python packages)"
[ -x "$home/venv/bin/python" ] || "$python" -m venv "$home/venv"
PATH=$home/venv/bin:$PATH
export PATH
pip install --quiet --disable-pip-version-check --require-hashes -r "$home/source/requirements/hub.txt"
pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation "$home/source"

echo "[3/4] 代理 (the proxy)"
npm ci --silent --prefix "$home/source/deploy/jupyterhub"

echo "[4/4] 设置和服务 (settings and service)"
mkdir -p "$etc"
[ -e "$etc/hub.toml" ] || cp "$home/source/deploy/jupyterhub/hub.toml" "$etc/hub.toml"
cat > "$program" <<END
#!/bin/sh
PATH=$home/venv/bin:\$PATH PYTHONPATH=$home/source/deploy/jupyterhub exec $home/venv/bin/python -m course_hub "\$@"
END
chmod 755 "$program"
if [ -d /run/systemd/system ]; then
  cp "$home/source/deploy/jupyterhub/service-marketing-hub.service" "$unit"
  systemctl daemon-reload
fi
chmod -R a+rX "$home"

echo "装好了。下一步：改 $etc/hub.toml，再运行 sudo course-hub check (installed; edit the settings, then check)"
