# Read by the scripts beside it: where a cluster on this machine keeps its things, and how its parts are started and found.
set -euo pipefail
# haproxy and iptables are there, which is not in every user's path.
PATH=$PATH:/usr/sbin
cluster=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# Several clusters fit on one machine: this number tells their files, ports and addresses apart.
number=${CLUSTER_NUMBER:-0}
state=$cluster/../../target/cluster${CLUSTER_NUMBER:-}
jar=$cluster/../../app/target/vibee.jar
# The part of a script's name that a user types.
me=${me:-ops/cluster/$(basename "$0")}
postgres_port=$((5455 + 100 * number)) proxy_port=$((8100 + 100 * number)) sandbox_port=$((8101 + 100 * number))

fail() {
  echo "$me: $*" >&2
  exit 1
}

# Each node has an address of its own, so that the way between two can be cut.
host_of() { echo "127.0.$((1 + number)).$1"; }
http_port_of() { echo $((8110 + 100 * number + $1)); }
# What the rules that cut nodes off are found by.
cut_mark=vibee-cluster-$number

a_node() {
  [[ ${1:-} =~ ^[1-9]$ ]] || fail "which node? A number from 1 to 9"
}

pid_of() { cat "$state/$1.pid" 2>/dev/null || echo 0; }
runs() { [ "$(pid_of "$1")" != 0 ] && kill -0 "$(pid_of "$1")" 2>/dev/null; }

a_running_node() {
  a_node "${1:-}"
  runs "node-$1" || fail "node $1 does not run"
}

is_up() { [ -d "$state/postgres" ] && runs sandbox; }

postgres_bin() {
  local dir
  for dir in /usr/lib/postgresql/*/bin "$(pg_config --bindir 2>/dev/null || true)"; do
    [ -x "$dir/initdb" ] && found=$dir
  done
  echo "${found:-}"
}

# PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

need_tools() {
  [ -f "$jar" ] || fail "build it first: ./mvnw -DskipTests package"
  [ -n "$(postgres_bin)" ] && command -v haproxy >/dev/null || fail "needs PostgreSQL and haproxy: apt-get install postgresql haproxy"
}

create_postgres() {
  rm -rf "$state"
  mkdir -p "$state/postgres"
  if [ "$(id -u)" = 0 ]; then chown postgres "$state/postgres"; fi
  as_postgres "$(postgres_bin)/initdb" -D "$state/postgres" -A trust -U vibee --no-locale -E UTF8 >/dev/null
  start_postgres
  "$(postgres_bin)/createdb" -h 127.0.0.1 -p $postgres_port -U vibee vibee
}

start_postgres() {
  as_postgres "$(postgres_bin)/pg_ctl" -D "$state/postgres" -w -l "$state/postgres/log" \
    -o "-p $postgres_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=" start >/dev/null
}

start_proxy() {
  local n
  {
    echo "defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
listen vibee
  bind 127.0.0.1:$proxy_port
  option httpchk GET /health/ready
  option redispatch
  default-server check inter 500ms fall 1 rise 1"
    for n in 1 2 3 4 5 6 7 8 9; do echo "  server node-$n 127.0.0.1:$(http_port_of $n)"; done
  } >"$state/haproxy.cfg"
  setsid haproxy -f "$state/haproxy.cfg" >"$state/haproxy.log" 2>&1 &
  echo $! >"$state/haproxy.pid"
}

# Where node N reaches Telegram and the model. Another may stand there instead of the sandbox, and tell nodes apart by the path.
outside_of() { echo "http://127.0.0.1:$sandbox_port${CLUSTER_NODE_PATHS:+/node$1}"; }

start_node() {
  local n=$1
  . "$cluster/../jdk.sh"
  (
    export DATABASE_URL=postgresql://vibee@127.0.0.1:$postgres_port/vibee
    export JWT_SECRET=the-jwt-secret-of-a-cluster-to-play-with
    export VIBEE_MASTER_KEY=the-master-key-of-a-cluster-to-play-with
    export TELEGRAM_API_URL=$(outside_of "$n") OPENAI_BASE_URL=$(outside_of "$n")/v1 OPENAI_API_KEY=any
    export VIBEE_OPERATORS=operator VIBEE_MAX_SESSIONS_PER_USER=0 VIBEE_DATA_DIR=$state/node-$n
    export VIBEE_HTTP_PORT=$(http_port_of "$n") VIBEE_CLUSTER_HOST=$(host_of "$n")
    exec setsid "$java" ${VIBEE_JVM_FLAGS:-} "-Dpekko.remote.artery.advanced.tcp.outbound-client-hostname=$(host_of "$n")" \
      -jar "$jar" >>"$state/node-$n.log" 2>&1
  ) &
  echo $! >"$state/node-$n.pid"
}

ready() { curl -sf -o /dev/null -m 2 "http://127.0.0.1:$(http_port_of "$1")/health/ready"; }

wait_for_node() {
  local _
  for _ in $(seq 240); do
    ready "$1" && return
    runs "node-$1" || fail "node $1 ended: $(tail -n 1 "$state/node-$1.log")"
    sleep 0.5
  done
  fail "node $1 does not serve after two minutes: see $state/node-$1.log"
}

# Ends all that runs, nodes first.
stop_all() {
  local n part _
  "$cluster/heal" 2>/dev/null || true
  for n in 1 2 3 4 5 6 7 8 9; do
    if runs "node-$n"; then kill -CONT "$(pid_of "node-$n")"; kill "$(pid_of "node-$n")"; fi
  done
  for n in 1 2 3 4 5 6 7 8 9; do
    for _ in $(seq 60); do runs "node-$n" || break; sleep 0.5; done
  done
  for part in haproxy sandbox; do if runs $part; then kill "$(pid_of $part)"; fi; done
  as_postgres "$(postgres_bin)/pg_ctl" -D "$state/postgres" -m fast stop >/dev/null || true
}
