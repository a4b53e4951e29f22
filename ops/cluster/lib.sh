# Read by the scripts beside it: where a cluster on this machine keeps its things, and how its parts are started and found.
set -euo pipefail
# haproxy and iptables are there, which is not in every user's path.
PATH=$PATH:/usr/sbin
cluster=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
state=$cluster/../../target/cluster
jar=$cluster/../../app/target/vibee.jar
# The part of a script's name that a user types.
me=ops/cluster/$(basename "$0")
postgres_port=5455 proxy_port=8100 sandbox_port=8101

fail() {
  echo "$me: $*" >&2
  exit 1
}

# Each node has an address of its own, so that the way between two can be cut.
host_of() { echo "127.0.1.$1"; }
http_port_of() { echo $((8110 + $1)); }

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

start_node() {
  local n=$1
  . "$cluster/../jdk.sh"
  (
    export DATABASE_URL=postgresql://vibee@127.0.0.1:$postgres_port/vibee
    export JWT_SECRET=the-jwt-secret-of-a-cluster-to-play-with
    export VIBEE_MASTER_KEY=the-master-key-of-a-cluster-to-play-with
    export TELEGRAM_API_URL=http://127.0.0.1:$sandbox_port OPENAI_BASE_URL=http://127.0.0.1:$sandbox_port/v1 OPENAI_API_KEY=any
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
