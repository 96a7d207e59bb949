#!/bin/sh
# Once, when the database is new: the role of the register owns its database and is no superuser.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$(cat /run/secrets/database_password)" -U postgres <<'SQL'
CREATE ROLE register LOGIN PASSWORD :'password';
CREATE DATABASE register OWNER register ENCODING 'UTF8' TEMPLATE template0;
SQL
