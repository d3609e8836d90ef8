#!/usr/bin/env bash
# What happens before the server of the stand-in image starts? Written from the documented contract of the official
# image (https://hub.docker.com/_/postgres), not from its script.
#
# Not here: users without an entry in /etc/passwd.
set -Eeuo pipefail

say() { printf 'docker-entrypoint: %s\n' "$*"; }
fail() { printf 'docker-entrypoint: error: %s\n' "$*" >&2; exit 1; }

# Sets a variable from itself, from the file named by <name>_FILE, or to a default, and exports it.
setting() {
  local name=$1 fallback=${2-} file="${1}_FILE" value
  if [[ -n ${!name-} && -n ${!file-} ]]; then
    fail "both $name and $file are set (but are exclusive)"
  elif [[ -n ${!file-} ]]; then
    value=$(< "${!file}")
  else
    value=${!name:-$fallback}
  fi
  export "$name=$value"
  unset "$file"
}

read_settings() {
  setting POSTGRES_PASSWORD
  setting POSTGRES_USER postgres
  setting POSTGRES_DB "$POSTGRES_USER"
  setting POSTGRES_INITDB_ARGS
  : "${POSTGRES_HOST_AUTH_METHOD:=}"
}

# True when the arguments only ask for a text and no server will run.
asks_for_help() {
  local argument
  for argument; do
    case $argument in
      -'?' | --help | -V | --version | --describe-config) return 0 ;;
    esac
  done
  return 1
}

# Makes the folders; root also gives them to postgres.
prepare_folders() {
  mkdir -p "$PGDATA"
  chmod 0700 "$PGDATA" 2>/dev/null || true
  mkdir -p /var/run/postgresql 2>/dev/null || true
  chmod 3775 /var/run/postgresql 2>/dev/null || true
  if [[ -n ${POSTGRES_INITDB_WALDIR-} ]]; then
    mkdir -p "$POSTGRES_INITDB_WALDIR"
    chmod 0700 "$POSTGRES_INITDB_WALDIR" 2>/dev/null || true
  fi
  if (( EUID == 0 )); then
    local folder
    for folder in "$PGDATA" /var/run/postgresql ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"}; do
      find "$folder" \! -user postgres -exec chown postgres '{}' +
    done
  fi
}

require_password() {
  [[ -n $POSTGRES_PASSWORD || $POSTGRES_HOST_AUTH_METHOD == trust ]] && return
  fail "the database is not initialized and no superuser password is given.
  Set POSTGRES_PASSWORD to a value that is not empty, for example: docker run -e POSTGRES_PASSWORD=…
  POSTGRES_HOST_AUTH_METHOD=trust lets everybody in without a password; that is not recommended."
}

initialize() {
  local waldir=()
  [[ -n ${POSTGRES_INITDB_WALDIR-} ]] && waldir=(--waldir "$POSTGRES_INITDB_WALDIR")
  # POSTGRES_INITDB_ARGS is a command line: quotes in it are meant.
  eval 'initdb --username="$POSTGRES_USER" --pwfile=<(printf "%s\n" "$POSTGRES_PASSWORD") "${waldir[@]}" '"$POSTGRES_INITDB_ARGS"
}

# The line that lets other machines in; the method is the one the server will hash passwords with.
allow_network() {
  local method=$POSTGRES_HOST_AUTH_METHOD
  [[ -n $method ]] || method=$("$@" -C password_encryption)
  {
    printf '\n'
    [[ $method != trust ]] || printf '# "trust" lets everybody in without a password.\n'
    printf 'host all all all %s\n' "$method"
  } >> "$PGDATA/pg_hba.conf"
}

# Runs psql on the temporary server; used by init scripts as well.
docker_process_sql() {
  local query=(psql --no-psqlrc --no-password -v ON_ERROR_STOP=1 --username "$POSTGRES_USER")
  [[ -z $POSTGRES_DB ]] || query+=(--dbname "$POSTGRES_DB")
  PGHOST='' PGHOSTADDR='' "${query[@]}" "$@"
}

create_database() {
  local found
  found=$(POSTGRES_DB='' docker_process_sql --dbname postgres --set db="$POSTGRES_DB" --tuples-only \
    <<< "SELECT 1 FROM pg_database WHERE datname = :'db'")
  [[ -n $found ]] || POSTGRES_DB='' docker_process_sql --dbname postgres --set db="$POSTGRES_DB" \
    <<< 'CREATE DATABASE :"db"'
}

run_init_scripts() {
  local script
  for script in /docker-entrypoint-initdb.d/*; do
    case $script in
      *.sh)
        say "running $script"
        # shellcheck source=/dev/null
        if [[ -x $script ]]; then "$script"; else . "$script"; fi
        ;;
      *.sql) say "running $script"; docker_process_sql -f "$script" ;;
      *.sql.gz) say "running $script"; gunzip -c "$script" | docker_process_sql ;;
      *.sql.xz) say "running $script"; xzcat "$script" | docker_process_sql ;;
      *.sql.zst) say "running $script"; zstd -dc "$script" | docker_process_sql ;;
      *) [[ ! -e $script ]] || say "ignoring $script" ;;
    esac
  done
}

# The first start: the server runs with its own flags, but nobody outside can reach it.
first_start() {
  require_password
  ls /docker-entrypoint-initdb.d/ > /dev/null # An unreadable folder must fail before anything is made.
  initialize
  allow_network "$@"
  export PGPASSWORD=${PGPASSWORD:-$POSTGRES_PASSWORD}
  local flags=("${@:2}" -c listen_addresses= -p "${PGPORT:-5432}")
  PGUSER=${PGUSER:-$POSTGRES_USER} pg_ctl -D "$PGDATA" -o "$(printf '%q ' "${flags[@]}")" -w start
  create_database
  run_init_scripts
  PGUSER=${PGUSER:-$POSTGRES_USER} pg_ctl -D "$PGDATA" -m fast -w stop
  unset PGPASSWORD
  say 'PostgreSQL init process complete; ready for start up.'
}

main() {
  [[ ${1-} != -* ]] || set -- postgres "$@"
  if [[ ${1-} == postgres ]] && ! asks_for_help "$@"; then
    prepare_folders
    # gosu starts this script again, which then reads the settings itself: nothing exported twice.
    if (( EUID == 0 )); then exec gosu postgres "${BASH_SOURCE[0]}" "$@"; fi
    read_settings
    if [[ -s $PGDATA/PG_VERSION ]]; then
      say 'PostgreSQL Database directory appears to contain a database; Skipping initialization'
    else
      first_start "$@"
    fi
  fi
  exec "$@"
}

main "$@"
