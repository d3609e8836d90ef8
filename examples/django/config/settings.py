"""The connection comes from the environment and from nowhere else: there is no secret in this folder."""

import os
import shlex
import sys

from django.core.exceptions import ImproperlyConfigured

_VARIABLES = ("PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD", "PGSSLMODE")
_missing = [name for name in _VARIABLES if not os.environ.get(name)]
if _missing:
    raise ImproperlyConfigured(
        f"the environment lacks {', '.join(_missing)}\n"
        f"HINT: npx durable-postgres exec --stack local -- {shlex.join(['python', *sys.argv])}"
    )

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ["PGHOST"],
        "PORT": os.environ["PGPORT"],
        "NAME": os.environ["PGDATABASE"],
        "USER": os.environ["PGUSER"],
        "PASSWORD": os.environ["PGPASSWORD"],
        # Every thread of every worker keeps a connection: together they have to stay below max_connections.
        "CONN_MAX_AGE": 60,
        # After a restart of the server the next request opens a new connection instead of failing.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "sslmode": os.environ["PGSSLMODE"],
            # A machine that lost power does not say goodbye: notice within seconds instead of minutes.
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 20_000,
        },
    }
}

# Which PostgreSQL parameter is set where?
#
# Not here: Django ignores "PARAMETERS" in DATABASES, and psycopg refuses a parameter in OPTIONS
# (`invalid connection option "fsync"`). The server's parameters belong to the stack: write into
# Pulumi.local.yaml, below `config:`, what shall differ from `npx durable-postgres explain`; then `npm start`.
#
#   durable-postgres:memory: 2GiB # for shared_buffers, effective_cache_size, work_mem, maintenance_work_mem
#   durable-postgres:maxConnections: 50 # max_connections
#   durable-postgres:parameters:
#     wal_level: logical # or replica, the default
#     checkpoint_timeout: 300s
#     max_wal_size: 2GB
#     min_wal_size: 80MB
#     shared_buffers: 256MB # instead of the computed value; the other three likewise
#
# fsync and full_page_writes are on for good: the stack refuses another value.
#
# A session may change some parameters for itself: `SET LOCAL` for a transaction, or here for every connection
#   "OPTIONS": {"options": "-c work_mem=32MB -c statement_timeout=10s"}
# work_mem, maintenance_work_mem and effective_cache_size are of this kind. The stack's memory budget does not
# know of such values.
#
# synchronous_commit is of this kind too. Leave it alone: with `off` a commit is acknowledged before it is on
# disk, and a crash loses it. `npx durable-postgres verify --stack local` reports what ALTER ROLE or ALTER
# DATABASE set, but it cannot see what a session sets for itself.

INSTALLED_APPS = ["kvstore"]
ROOT_URLCONF = "config.urls"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
TIME_ZONE = "UTC"
